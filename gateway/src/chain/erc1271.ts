// Smart accounts (ERC-1271). A silent chain is never read as a refusal.
import { type Address, encodeFunctionData, type Hex, hashMessage, type PublicClient, parseAbi } from 'viem'
import { isAnswer } from './endpoint.ts'

const abi = parseAbi(['function isValidSignature(bytes32 hash, bytes signature) view returns (bytes4)'])
/** The magic value of ERC-1271 as a word. */
const VALID = `0x1626ba7e${'00'.repeat(28)}`

/** More than a Safe of many owners needs, and little for the endpoint. */
const MOST_GAS = 2_000_000n

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
    return (await client.call({ to: account, data, gas: MOST_GAS })).data?.slice(0, VALID.length) === VALID
  } catch (error) {
    // Whatever its code ran into: the chain has answered, and it is not yes.
    if (isAnswer(error)) return false
    throw error
  }
}
