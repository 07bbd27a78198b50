"""Rulesets: released sets of dated, sourced rules; checked, published, retired; and how far each rule reaches."""
