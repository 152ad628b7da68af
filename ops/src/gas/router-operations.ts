// Paying with the native coin or another token: the deposit router, swapping in a real Uniswap v3.
import { x4pnDepositRouterAbi } from '@x4pn/contracts'
import {
  addPool,
  deployContract,
  deployPeriphery,
  deployUniswap,
  mintTestUsdc,
  testPlainUsdcAbi,
  testPlainUsdcBytecode,
  testPriceFeedAbi,
  testPriceFeedBytecode,
  testWrappedNativeAbi,
} from '@x4pn/contracts/testing'
import { type Address, parseEther } from 'viem'
import { actors, type Bench, type Record } from './bench.ts'

const USDC = 1_000_000n
/** The first token's dollars, and how many of each lie in its pool. */
const COIN_USD = 2_500n
const COINS = parseEther('1000')
const TOKENS = 10n ** 24n
const FEE = 3000
const FEED_DECIMALS = 8
const SOON = 3_600
const DAY = 86_400
const { user, friend, governor } = actors

type Router = { address: Address; abi: typeof x4pnDepositRouterAbi }

export async function weighRouterOperations(bench: Bench, record: Record): Promise<void> {
  const { contracts, deployer, deployment, send, now } = bench
  const uniswap = await deployUniswap(deployer)
  const { router: address } = await deployPeriphery(deployer, deployment, { uniswap })
  if (!address) throw new Error('the router was not deployed')
  const router: Router = { address, abi: x4pnDepositRouterAbi }
  const token = {
    ...(await deployContract(deployer, testPlainUsdcAbi, testPlainUsdcBytecode, [])),
    abi: testPlainUsdcAbi,
  }

  const { walletClient } = deployer
  const owner = walletClient.account.address
  const usdc = (COINS * COIN_USD * USDC) / parseEther('1') + TOKENS / 10n ** 12n
  await mintTestUsdc(deployer, deployment, { to: owner, amount: usdc })
  await send(friend, token, 'mint', [owner, TOKENS])
  await walletClient.writeContract({
    ...{ address: uniswap.wrapped, abi: testWrappedNativeAbi, functionName: 'deposit', value: COINS },
    chain: null,
  })
  const dollarsIn = async (erc20: Address, dollars: bigint, amount: bigint) => {
    await setFeed(bench, router, erc20, dollars)
    const side = { token: contracts.token.address, amount: (amount * dollars) / 10n ** 12n }
    await addPool(deployer, uniswap, { fee: FEE, sides: [{ token: erc20, amount }, side] })
  }
  await setFeed(bench, router, contracts.token.address, 1n)
  await dollarsIn(uniswap.wrapped, COIN_USD, COINS)
  await dollarsIn(token.address, 1n, TOKENS)

  const deadline = BigInt((await now()) + SOON)
  const depositNative = () => send(user, router, 'depositNative', [user.address, FEE, 0n, deadline], parseEther('0.01'))
  await depositNative()
  record('router: depositNative', await depositNative())
  const amount = 25n * 10n ** 18n
  await send(friend, token, 'mint', [user.address, 3n * amount])
  await send(user, token, 'approve', [router.address, 3n * amount])
  const depositToken = () =>
    send(user, router, 'depositToken', [user.address, token.address, amount, FEE, 0n, deadline])
  await depositToken()
  record('router: depositToken', await depositToken())
}

/** Believed for as long as the contract allows a feed of a day. */
async function setFeed({ deployer, send }: Bench, router: Router, erc20: Address, dollars: bigint): Promise<void> {
  const answer = dollars * 10n ** BigInt(FEED_DECIMALS)
  const feed = await deployContract(deployer, testPriceFeedAbi, testPriceFeedBytecode, [FEED_DECIMALS, answer])
  const bounds = { minAnswer: answer / 2n, maxAnswer: answer * 2n }
  const params = { feed: feed.address, heartbeat: DAY, toleranceBps: 100, ...bounds }
  await send(governor, router, 'setFeed', [erc20, params])
}
