"""The triage screen, the only room that knows Textual.

    app        keys -> actions -> the sitting -> what has to be drawn again
    papers     the list, of any length; paper: the one that the reader is at; both are columns, drawn where they changed
    answers    what the reader's model says about that paper, as it comes
    bars       the lines around: where the reader is, what was just done, the keys
    questions  what is asked before something is done; dialogs: how; commands: the command palette
    ahead      keys that come before what they are meant for is there
    search     what is looked for in the list, as it is typed
    watch      what the network and other processes bring
    themes     colours: the terminal's own, light, dark; steady: text whose width every terminal agrees on

`cool triage` alone imports it, and that without `--plain` only.
"""
