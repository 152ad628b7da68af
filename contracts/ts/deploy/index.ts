// Deploying to any network, handing over, and proving who holds what.
export { type Holders, privileges, type Roles, roles } from '../governance.ts'
export { checkGovernance, type GovernanceOptions, proveDeployerHoldsNothing } from './check-governance.ts'
export { deployProtocol, type ProtocolOptions } from './deploy-protocol.ts'
