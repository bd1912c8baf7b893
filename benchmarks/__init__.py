"""Speed, memory and weight, measured against floors that do the least a page, a save or a PDF can do."""
