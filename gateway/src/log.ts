// The gateway's log: JSON lines on standard error. No client address and no destination is ever handed to it.
import pino, { type Logger } from 'pino'

export type Log = Logger

export function createLog(level: string): Log {
  return pino({ level, base: null }, pino.destination({ fd: 2, sync: true }))
}
