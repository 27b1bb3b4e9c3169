"""The plugin host; the only importer of pluggy.

What is called where, and why a plugin that hangs holds up nobody for ever:

==================================  ==============================  ===============
called                              on                              waited for by
==================================  ==============================  ===============
import, configure, detectors,       a worker, one plugin after      main, at most
commands, report_header             the other                       5 s a plugin
detect_scripts, launch,             the bus worker that asks        that worker
environment
startup, process_changed,           a worker; one queue for         nobody; main waits
finding, shutdown                   each plugin                     2 s for shutdown
detectors' own ``detect``           the log thread                  the log thread
commands' own ``run``               what the command declares       its caller
==================================  ==============================  ===============

The workers are the bus's, lent as a callable; the host starts no thread and
kills none.  A call that lasts longer than 2 s is told under the plugin's name
while it lasts.  A hook of which two calls last that long is passed over until
one returns, so that a hanging plugin costs a bounded number of workers.
"""
