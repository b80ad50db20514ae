"""Customers from lead ads on Facebook and Instagram: a lead is an inquiry of a person."""
