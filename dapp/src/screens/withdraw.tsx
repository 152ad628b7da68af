// The whole free balance to the wallet, by one signature: any node sends it for its published fee.

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { authorizeWithdraw, gatewayClient, readFreeBalance, relay, verifyNode } from '@x4pn/client'
import { isAddressEqual, zeroAddress } from 'viem'
import { Button } from '../design/button.tsx'
import { Notice } from '../design/notice.tsx'
import { Problem } from '../design/problem.tsx'
import { money } from '../format.ts'
import { useNetwork } from '../network/context.tsx'
import { useNodes } from '../nodes/use-nodes.ts'
import { problemOf } from '../problem.ts'
import { strings } from '../strings.ts'
import { useEngineWallet } from '../wallet/use-engine-wallet.ts'

const t = strings.history

export function Withdraw({ balance }: { balance: bigint }) {
  const { network, client } = useNetwork()
  const { deployment } = network
  const { decimals } = deployment
  const wallet = useEngineWallet()
  const queries = useQueryClient()
  const { data: discovery } = useNodes()
  const relayer = useQuery({
    queryKey: ['relayer', network.chainId],
    // Nodes see this device's address: not asked for nothing.
    enabled: discovery !== undefined && balance > 0n,
    retry: false,
    queryFn: async () => {
      for (const { node } of discovery?.nodes ?? []) {
        try {
          const verified = await verifyNode({ client, deployment, node, retries: 0, timeoutMs: 4_000 })
          if (!isAddressEqual(verified.listed.payout, zeroAddress)) return verified
        } catch {
          // The next one.
        }
      }
      return null
    },
  })
  const fee = BigInt(relayer.data?.info.relayFee ?? 0)
  const withdraw = useMutation({
    mutationFn: async () => {
      if (!wallet || !relayer.data) return 0n
      const amount = balance - fee
      const context = { client, wallet: await wallet.wallet(), deployment }
      const { listed } = relayer.data
      const signed = await authorizeWithdraw(context, {
        to: wallet.address,
        amount,
        relayFee: fee,
        feeTo: listed.payout,
      })
      const isDone = async () => (await readFreeBalance(client, deployment, wallet.address)) <= balance - amount
      await relay({ gateway: gatewayClient({ apiUrl: listed.apiUrl }) }, signed, { isDone })
      await queries.invalidateQueries({ queryKey: ['free'] })
      return amount
    },
  })
  const written = money(fee, decimals)
  const offered = relayer.data && balance > fee
  return (
    <>
      {offered && (
        <>
          <Button disabled={withdraw.isPending} onClick={() => withdraw.mutate()}>
            {withdraw.isPending ? t.withdrawing : t.withdraw}
          </Button>
          <p className="small soft">{t.withdrawNote(written)}</p>
        </>
      )}
      {relayer.data && balance > 0n && !offered && <p className="small soft">{t.tooLittle(written)}</p>}
      {withdraw.data !== undefined && withdraw.data > 0n && (
        <Notice tone="good">{t.withdrawn(money(withdraw.data, decimals))}</Notice>
      )}
      {withdraw.error && <Problem problem={problemOf(withdraw.error)} />}
    </>
  )
}
