import { useQueryClient } from '@tanstack/react-query'
import { type Connection, connections } from '../vault/connections.ts'
import { command } from './sessions.ts'

/** Says where a session's tunnel runs: kept, and told to the worker that pays. */
export function useDevice({ stream: { stream } }: Connection): (device: Connection['device']) => Promise<void> {
  const queries = useQueryClient()
  return async (device) => {
    await connections.change(stream, { device })
    command(stream, { type: 'device', device })
    await queries.invalidateQueries({ queryKey: ['session', stream] })
  }
}
