// For tests and local networks: deploying everything with a given client, and test money.
export { type DeployOptions, deployAll, type TestDeployment } from './deploy-all.ts'
export { mintTestUsdc } from './mint-test-usdc.ts'
