"""The plugin host; the only importer of pluggy.

What is called where, and why a plugin that hangs holds up nobody for ever:

==================================  ==============================  ===============
called                              on                              waited for by
==================================  ==============================  ===============
import, configure, detectors,       a thread of the plugin          main, at most
commands, report_header                                             5 s in all
detect_scripts                      a thread of the plugin          who detects,
                                                                    at most 15 s
launch, environment                 a thread of the plugin          the bus worker
                                                                    that prepares,
                                                                    at most 2 s
startup, process_changed,           a thread of the plugin, one     nobody; main waits
finding, shutdown                   after the other                 2 s for shutdown
detectors' own ``detect``           the log thread                  the log thread
commands' own ``run``               a thread of the plugin          its caller
==================================  ==============================  ===============

A thread begins with a call and ends with the last one that waits; a plugin has three
for its hooks and two for its commands at most.  All plugins are asked at once, so
however many hang, it takes the limit once.  Who was waited for in vain is asked
nothing more until the call returns; nobody kills it.  A call that lasts longer than
2 s is told under the plugin's name while it lasts.
"""
