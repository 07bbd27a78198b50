"""Who is asking: tokens of the service and of an OpenID Connect issuer, and the roles they give."""
