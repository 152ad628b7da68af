// For tests and local networks: deploying everything with a given client, test money, and what settling is held against.
export { settleFloorAbi, testUsdcAbi } from '../generated/abis.ts'
export { settleFloorBytecode } from '../generated/bytecode.ts'
export { type DeployOptions, deployAll, type TestDeployment } from './deploy-all.ts'
export { mintTestUsdc } from './mint-test-usdc.ts'
export { startAnvil } from './start-anvil.ts'
