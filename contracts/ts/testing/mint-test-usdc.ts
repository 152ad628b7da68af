// Mints TestUSDC to anyone. Works on local chains only, since no other has such a token.
import type { Account, Address, Chain, PublicClient, Transport, WalletClient } from 'viem'
import type { Deployment } from '../deployment.ts'
import { testUsdcAbi } from '../generated/abis.ts'

/** Mints `amount` (token base units) to `to` and waits for it. */
export async function mintTestUsdc(
  clients: { walletClient: WalletClient<Transport, Chain | undefined, Account>; publicClient: PublicClient },
  { token }: Pick<Deployment, 'token'>,
  { to, amount }: { to: Address; amount: bigint },
): Promise<void> {
  const { account, chain } = clients.walletClient
  const hash = await clients.walletClient.writeContract({
    address: token,
    abi: testUsdcAbi,
    functionName: 'mint',
    args: [to, amount],
    account,
    chain: chain ?? null,
  })
  const { status } = await clients.publicClient.waitForTransactionReceipt({ hash })
  if (status !== 'success') throw new Error(`minting failed in ${hash}`)
}
