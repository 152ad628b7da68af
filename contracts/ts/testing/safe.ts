// A real Safe on a test chain, from the artifacts of its own package, driven by its owners' signatures.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type Address, encodeFunctionData, type Hex, type PrivateKeyAccount, parseAbi, zeroAddress } from 'viem'
import { type Clients, callContract, deployContract } from '../deploy/send.ts'

const safeAbi = parseAbi([
  'constructor()',
  'function setup(address[] owners, uint256 threshold, address to, bytes data, address fallbackHandler, address paymentToken, uint256 payment, address paymentReceiver)',
  'function nonce() view returns (uint256)',
  'function execTransaction(address to, uint256 value, bytes data, uint8 operation, uint256 safeTxGas, uint256 baseGas, uint256 gasPrice, address gasToken, address refundReceiver, bytes signatures) returns (bool)',
  // A Safe passes on the error of the call that it makes.
  'error AccessManagerNotScheduled(bytes32 operationId)',
  'error AccessManagerNotReady(bytes32 operationId)',
  'error Bond_TooEarly(uint256 caseId, uint256 from)',
])
const factoryAbi = parseAbi([
  'constructor()',
  'function createProxyWithNonce(address singleton, bytes initializer, uint256 saltNonce) returns (address)',
])
const safeTypes = {
  SafeTx: [
    { name: 'to', type: 'address' },
    { name: 'value', type: 'uint256' },
    { name: 'data', type: 'bytes' },
    { name: 'operation', type: 'uint8' },
    { name: 'safeTxGas', type: 'uint256' },
    { name: 'baseGas', type: 'uint256' },
    { name: 'gasPrice', type: 'uint256' },
    { name: 'gasToken', type: 'address' },
    { name: 'refundReceiver', type: 'address' },
    { name: 'nonce', type: 'uint256' },
  ],
} as const

type Signer = Pick<PrivateKeyAccount, 'address' | 'signTypedData'>

export type Safe = {
  address: Address
  /** Executes one call, with the signatures of `signers`. Throws when it reverts. */
  execute: (call: { to: Address; data: Hex }, signers: readonly Signer[]) => Promise<void>
}

export async function deploySafe(clients: Clients, owners: readonly Address[], threshold: number): Promise<Safe> {
  const { publicClient } = clients
  const singleton = await deployContract(clients, safeAbi, bytecodeOf('Safe.sol/Safe'), [])
  const factory = await deployContract(
    clients,
    factoryAbi,
    bytecodeOf('proxies/SafeProxyFactory.sol/SafeProxyFactory'),
    [],
  )
  const setup = encodeFunctionData({
    abi: safeAbi,
    functionName: 'setup',
    args: [owners, BigInt(threshold), zeroAddress, '0x', zeroAddress, zeroAddress, 0n, zeroAddress],
  })
  const creation = [singleton.address, setup, 0n] as const
  const { result: address } = await publicClient.simulateContract({
    address: factory.address,
    abi: factoryAbi,
    functionName: 'createProxyWithNonce',
    args: creation,
  })
  await callContract(clients, { address: factory.address, abi: factoryAbi }, 'createProxyWithNonce', creation)
  const safe = { address, abi: safeAbi } as const

  const execute: Safe['execute'] = async ({ to, data }, signers) => {
    const nonce = await publicClient.readContract({ ...safe, functionName: 'nonce' })
    const terms = { to, value: 0n, data, operation: 0, safeTxGas: 0n, baseGas: 0n, gasPrice: 0n } as const
    const message = { ...terms, gasToken: zeroAddress, refundReceiver: zeroAddress, nonce }
    const domain = { chainId: await publicClient.getChainId(), verifyingContract: address }
    // In the order of the owners' addresses, as the Safe wants them.
    const sorted = signers.toSorted((a, b) => (a.address.toLowerCase() < b.address.toLowerCase() ? -1 : 1))
    const signatures: Hex[] = []
    for (const signer of sorted) {
      signatures.push(await signer.signTypedData({ domain, types: safeTypes, primaryType: 'SafeTx', message }))
    }
    const joined: Hex = `0x${signatures.map((signature) => signature.slice(2)).join('')}`
    await callContract(clients, safe, 'execTransaction', [
      ...[to, 0n, data, 0, 0n, 0n, 0n, zeroAddress, zeroAddress, joined],
    ] as const)
  }
  return { address, execute }
}

function bytecodeOf(contract: string): Hex {
  const path = `../../../node_modules/@safe-global/safe-smart-account/build/artifacts/contracts/${contract}.json`
  return JSON.parse(readFileSync(fileURLToPath(new URL(path, import.meta.url)), 'utf8')).bytecode
}
