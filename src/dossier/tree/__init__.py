"""The Merkle tree over the log (RFC 6962): hashing, growing, tiles and the proofs made of them. Knows no database."""
