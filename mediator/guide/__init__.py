"""The eight steps as versioned content, and the page where a mediator reads them."""
