// The gateway's log: JSON lines on standard error. No client address and no destination is ever handed to it.
import pino, { type DestinationStream, type Logger } from 'pino'

export type Log = Logger

export function createLog(
  level: string,
  destination: DestinationStream = pino.destination({ fd: 2, sync: true }),
): Log {
  return pino({ level, base: null }, destination)
}
