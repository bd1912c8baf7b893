"""Print the address under which other machines in the network reach this one."""

import socket
import sys

with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
    try:
        probe.connect(("192.0.2.1", 9))  # asks for a route only; with UDP nothing is sent
        address: str = probe.getsockname()[0]
    except OSError:
        address = "127.0.0.1"
if address.startswith("127."):
    sys.exit("This machine is in no network, so a phone cannot reach it: connect it, or start without --lan.")
print(address)
