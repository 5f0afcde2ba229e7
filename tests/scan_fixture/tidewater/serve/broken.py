"""Half a merge: this file does not parse."""

<<<<<<< HEAD
def load(:
    return "stabilityai/japanese-stablelm-base-alpha-7b"
