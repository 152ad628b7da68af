// A real Uniswap v3 on a local chain, as its authors compiled it: factory, position manager, pools with liquidity.

import factory from '@uniswap/v3-core/artifacts/contracts/UniswapV3Factory.sol/UniswapV3Factory.json' with {
  type: 'json',
}
import positionManager from '@uniswap/v3-periphery/artifacts/contracts/NonfungiblePositionManager.sol/NonfungiblePositionManager.json' with {
  type: 'json',
}
import { type Abi, type Address, type Hex, hexToBigInt, maxUint256, parseAbi, zeroAddress } from 'viem'
import { type Clients, deployContract } from '../deploy/send.ts'
import { testWrappedNativeAbi } from '../generated/abis.ts'
import { testWrappedNativeBytecode } from '../generated/bytecode.ts'

export type Uniswap = { factory: Address; wrapped: Address; positions: Address }

/** Base units of each token; together they say the price. */
export type Pool = { fee: 500 | 3000 | 10_000; sides: readonly [Side, Side] }
type Side = { token: Address; amount: bigint }

const poolAbi = parseAbi([
  'function createAndInitializePoolIfNecessary(address token0, address token1, uint24 fee, uint160 sqrtPriceX96) returns (address pool)',
  'struct MintParams { address token0; address token1; uint24 fee; int24 tickLower; int24 tickUpper; uint256 amount0Desired; uint256 amount1Desired; uint256 amount0Min; uint256 amount1Min; address recipient; uint256 deadline; }',
  'function mint(MintParams params) returns (uint256 tokenId, uint128 liquidity, uint256 amount0, uint256 amount1)',
])
const approveAbi = parseAbi(['function approve(address spender, uint256 amount) returns (bool)'])

/** The outermost tick that any pool knows. */
const LAST_TICK = 887_272
const TICK_SPACING = { 500: 10, 3000: 60, 10000: 200 } as const

export async function deployUniswap(clients: Clients): Promise<Uniswap> {
  const wrapped = await deployContract(clients, testWrappedNativeAbi, testWrappedNativeBytecode, [])
  const { address } = await deployContract(clients, factory.abi as Abi, factory.bytecode as Hex, [])
  // Its last argument draws pictures of positions, which nobody here looks at.
  const args = [address, wrapped.address, zeroAddress]
  const positions = await deployContract(clients, positionManager.abi as Abi, positionManager.bytecode as Hex, args)
  return { factory: address, wrapped: wrapped.address, positions: positions.address }
}

/** Puts the deployer's tokens into a new pool over its whole range. */
export async function addPool(clients: Clients, { positions }: Uniswap, { fee, sides }: Pool): Promise<void> {
  const { walletClient, publicClient } = clients
  const { account, chain } = walletClient
  const [first, second] = sides
  const [low, high] = hexToBigInt(first.token) < hexToBigInt(second.token) ? [first, second] : [second, first]
  const send = async (hash: Hex) => {
    const { status } = await publicClient.waitForTransactionReceipt({ hash })
    if (status !== 'success') throw new Error(`making the pool failed in ${hash}`)
  }
  const common = { account, chain: chain ?? null } as const
  for (const { token } of sides) {
    const args = [positions, maxUint256] as const
    await send(
      await walletClient.writeContract({ ...common, address: token, abi: approveAbi, functionName: 'approve', args }),
    )
  }
  const pool = { ...common, address: positions, abi: poolAbi } as const
  const price = squareRoot((high.amount << 192n) / low.amount)
  await send(
    await walletClient.writeContract({
      ...pool,
      functionName: 'createAndInitializePoolIfNecessary',
      args: [low.token, high.token, fee, price],
    }),
  )
  const tick = LAST_TICK - (LAST_TICK % TICK_SPACING[fee])
  const { timestamp } = await publicClient.getBlock()
  const params = {
    ...{ token0: low.token, token1: high.token, fee, tickLower: -tick, tickUpper: tick },
    ...{ amount0Desired: low.amount, amount1Desired: high.amount, amount0Min: 0n, amount1Min: 0n },
    ...{ recipient: account.address, deadline: timestamp + 3600n },
  }
  await send(await walletClient.writeContract({ ...pool, functionName: 'mint', args: [params] }))
}

/** Newton's method, rounded down. */
function squareRoot(value: bigint): bigint {
  let root = 1n << BigInt(Math.ceil(value.toString(2).length / 2))
  for (;;) {
    const next = (root + value / root) / 2n
    if (next >= root) return root
    root = next
  }
}
