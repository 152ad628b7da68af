import type { Network } from '@x4pn/client'
import type { Connection } from './connections.ts'

/** Whether a record is of this chain and this contract; the vault may hold several networks'. */
export function belongsTo({ stream }: Connection, { chainId, deployment }: Network): boolean {
  return stream.chainId === chainId && stream.sessions.toLowerCase() === deployment.sessions.toLowerCase()
}
