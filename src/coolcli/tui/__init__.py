"""The triage screen, the only room that knows Textual.

app        keys -> actions -> the sitting -> what has to be drawn again; what the network and other processes bring
papers     the list: of any length, only the lines in sight are made
paper      the paper that the reader is at
bars       the lines around: where the reader is, what was just done, the keys
dialogs    what asks for a word: choose, write, help
commands   the command palette
themes     colours: the terminal's own, light, dark
"""
