'''The idle monitor of Mutter, as a template for python-dbusmock.

Time passes in it as it does, but a test says when the last input was. A watch belongs to whoever set
it, and only they hear of it, as with the real one.
'''

import time

import dbus
from dbusmock import MOCK_IFACE

BUS_NAME = 'org.gnome.Mutter.IdleMonitor'
MAIN_OBJ = '/org/gnome/Mutter/IdleMonitor/Core'
MAIN_IFACE = 'org.gnome.Mutter.IdleMonitor'
SYSTEM_BUS = False


def load(mock, _parameters):
    mock.last_input = time.monotonic()
    mock.idle_watches = {}
    mock.active_watches = {}
    mock.last_watch = 0


def idle_ms(mock):
    return int((time.monotonic() - mock.last_input) * 1000)


def fire(mock, watch, owner):
    # pylint: disable=protected-access
    mock._emit_signal(MAIN_IFACE, 'WatchFired', 'u', [dbus.UInt32(watch)], {'destination': owner})


@dbus.service.method(MAIN_IFACE, in_signature='t', out_signature='u', sender_keyword='sender')
def AddIdleWatch(self, interval, sender=None):
    self.last_watch += 1
    self.idle_watches[self.last_watch] = (sender, int(interval))
    return dbus.UInt32(self.last_watch)


@dbus.service.method(MAIN_IFACE, in_signature='', out_signature='u', sender_keyword='sender')
def AddUserActiveWatch(self, sender=None):
    self.last_watch += 1
    self.active_watches[self.last_watch] = sender
    return dbus.UInt32(self.last_watch)


@dbus.service.method(MAIN_IFACE, in_signature='u', out_signature='')
def RemoveWatch(self, watch):
    self.idle_watches.pop(int(watch), None)
    self.active_watches.pop(int(watch), None)


@dbus.service.method(MAIN_IFACE, in_signature='', out_signature='t')
def GetIdletime(self):
    return dbus.UInt64(idle_ms(self))


@dbus.service.method(MOCK_IFACE, in_signature='t', out_signature='')
def LeaveAlone(self, length):
    '''There was no input for so many milliseconds: watches that this reaches fire.'''
    before = idle_ms(self)
    self.last_input = time.monotonic() - length / 1000
    for watch, (owner, interval) in self.idle_watches.items():
        if before < interval <= length:
            fire(self, watch, owner)


@dbus.service.method(MOCK_IFACE, in_signature='', out_signature='')
def Touch(self):
    '''There is input: whoever waits for it hears it, once.'''
    self.last_input = time.monotonic()
    waiting, self.active_watches = self.active_watches, {}
    for watch, owner in waiting.items():
        fire(self, watch, owner)


@dbus.service.method(MOCK_IFACE, in_signature='', out_signature='(uu)')
def Watches(self):
    '''How many watches are set: for a pause, and for its end.'''
    return (dbus.UInt32(len(self.idle_watches)), dbus.UInt32(len(self.active_watches)))
