"""Estimates: what is made of contributions when no plain aggregate of SQL will do. Each says how sure it is."""
