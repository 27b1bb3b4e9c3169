from brummer.errors import BrummerError as BrummerError
from brummer.errors import PluginError as PluginError
from brummer.model.collector import Before as Before
from brummer.model.collector import Claim as Claim
from brummer.model.collector import Collector as Collector
from brummer.model.collector import Gatherer as Gatherer
from brummer.model.command import Command as Command
from brummer.model.command import CommandThread as CommandThread
from brummer.model.command import Parameter as Parameter
from brummer.model.finding import Detector as Detector
from brummer.model.finding import Finding as Finding
from brummer.model.finding import FindingKind as FindingKind
from brummer.model.finding import Frame as Frame
from brummer.model.finding import Severity as Severity
from brummer.model.log import LogEntry as LogEntry
from brummer.model.log import Stream as Stream
from brummer.model.process import ProcessId as ProcessId
from brummer.model.process import ProcessState as ProcessState
from brummer.model.process import ProcessStatus as ProcessStatus
from brummer.model.script import Launch as Launch
from brummer.model.script import RestartPolicy as RestartPolicy
from brummer.model.script import Script as Script
from brummer.model.script import ScriptId as ScriptId
from brummer.plugin.contribution import App as App
from brummer.plugin.contribution import Settings as Settings
from brummer.plugin.hookspecs import hookimpl as hookimpl

__version__: str
