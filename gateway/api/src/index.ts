// The gateway's HTTP interface: schemas, routes, error codes, prices. No server.
export { ErrorBody, type ErrorCode, errorTable } from './errors.ts'
export { EchoQuery, EchoResponse, NodeInfo, NonceResponse } from './info.ts'
export { bytesForAmount, costOfBytes } from './pricing.ts'
export { ReceiptItem, ReceiptsRequest, ReceiptsResponse } from './receipts.ts'
export { RelayRequest, RelayResponse } from './relay.ts'
export { routes } from './routes.ts'
export { JoinRequest, JoinResponse, LeaveRequest, LeaveResponse } from './sessions.ts'
export { SignedCounters, Usage } from './usage.ts'
