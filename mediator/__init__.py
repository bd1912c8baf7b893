"""Mediator: one unbroken thread from intake to report for professional mediators who work with a pair."""
