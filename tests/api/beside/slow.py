"""What a child may work with: something that takes long to import."""

import time

time.sleep(60)
