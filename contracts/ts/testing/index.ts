// For tests and local networks: deploying everything with a given client, test money, and what settling is held against.

export { deployContract } from '../deploy/send.ts'
export {
  settleFloorAbi,
  testPlainUsdcAbi,
  testPriceFeedAbi,
  testUsdcAbi,
  testWrappedNativeAbi,
} from '../generated/abis.ts'
export { settleFloorBytecode, testPlainUsdcBytecode, testPriceFeedBytecode } from '../generated/bytecode.ts'
export { type DeployOptions, deployAll, type TestDeployment } from './deploy-all.ts'
export { deployPeriphery, type Periphery, type PeripheryOptions } from './deploy-periphery.ts'
export { addPool, deployUniswap } from './deploy-uniswap.ts'
export { mintTestUsdc } from './mint-test-usdc.ts'
export { IN_MEMORY, startAnvil } from './start-anvil.ts'
