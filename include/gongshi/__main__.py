"""`python -m gongshi`: the `gongshi` command."""

from gongshi.cli import main

if __name__ == "__main__":
    main()
