// Smart accounts (ERC-1271). A silent chain is never read as a refusal.
import {
  type Address,
  BaseError,
  ExecutionRevertedError,
  encodeFunctionData,
  type Hex,
  hashMessage,
  type PublicClient,
  parseAbi,
} from 'viem'

const abi = parseAbi(['function isValidSignature(bytes32 hash, bytes signature) view returns (bytes4)'])
/** The magic value of ERC-1271 as a word. */
const VALID = `0x1626ba7e${'00'.repeat(28)}`

/** False when the account has no code, reverts, or says anything but yes. Throws when the chain does not answer. */
export async function vouches(
  client: Pick<PublicClient, 'getCode' | 'call'>,
  account: Address,
  message: string,
  signature: Hex,
): Promise<boolean> {
  if ((await client.getCode({ address: account })) === undefined) return false
  const data = encodeFunctionData({ abi, functionName: 'isValidSignature', args: [hashMessage(message), signature] })
  try {
    return (await client.call({ to: account, data })).data?.slice(0, VALID.length) === VALID
  } catch (error) {
    const reverted = error instanceof BaseError && error.walk((cause) => cause instanceof ExecutionRevertedError)
    if (reverted) return false
    throw error
  }
}
