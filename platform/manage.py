#!/usr/bin/env python
"""Django's own entry, for tools that look for it; people use `reussite`."""

from reussite.__main__ import main

if __name__ == "__main__":
    main()
