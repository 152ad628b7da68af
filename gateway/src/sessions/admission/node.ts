// The node itself may take in somebody new: it does not drain, its prices are known, and its key is still the node's.
import { ApiError } from '../../api-error.ts'
import type { OwnRecord } from '../../chain/chain.ts'
import type { Gateway } from '../../gateway.ts'

export function requireNode({ record, health }: Gateway): OwnRecord {
  if (health.draining) throw new ApiError('NODE_DRAINING')
  if (!record) throw new ApiError('CHAIN_UNAVAILABLE', 'the prices were never read from the registry')
  if (record.successor) throw new ApiError('NODE_SUCCEEDED', record.successor)
  return record
}
