"""The version of the program, at home where every room can read it."""

VERSION = "0.1.0"
