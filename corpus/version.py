"""The version of the program, at home where every room can read it."""

VERSION = "1.0.0"
