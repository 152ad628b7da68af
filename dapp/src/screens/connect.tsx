// Everything about a node and what it will cost, before the one signature.

import { useQuery, useQueryClient } from '@tanstack/react-query'
import {
  createStream,
  createWireguardKeys,
  DEFAULT_MONEY_CAP,
  readFreeBalance,
  readTokenBalance,
  type VerifiedNode,
  verifyNode,
} from '@x4pn/client'
import { bytesForAmount } from '@x4pn/gateway-api'
import { useState } from 'react'
import { type Address, isAddressEqual, zeroAddress } from 'viem'
import { useLocation } from 'wouter'
import { Button, ButtonLink } from '../design/button.tsx'
import { Notice } from '../design/notice.tsx'
import { Problem } from '../design/problem.tsx'
import { Receipt } from '../design/receipt.tsx'
import { bytes, country, money, parseMoney, short } from '../format.ts'
import { useNetwork } from '../network/context.tsx'
import { problemOf } from '../problem.ts'
import { strings } from '../strings.ts'
import { type Connection, connections, knownOf } from '../vault/connections.ts'
import { useEngineWallet } from '../wallet/use-engine-wallet.ts'
import { SwitchChain, WalletButton } from '../wallet/wallet-button.tsx'

const t = strings.connect

export function Connect({ node }: { node: Address }) {
  const { network, client } = useNetwork()
  const verified = useQuery({
    queryKey: ['node', node],
    queryFn: () => verifyNode({ client, deployment: network.deployment, node }),
    retry: false,
    // A quote that is too old is asked for again.
    staleTime: 60_000,
  })
  return (
    <>
      <h1>{t.title}</h1>
      {verified.isPending && <p>{t.checking}</p>}
      {verified.error && (
        <Problem
          problem={problemOf(verified.error)}
          charged={strings.charged.nothing}
          actions={
            <>
              <Button kind="primary" size="small" onClick={() => verified.refetch()}>
                {strings.flow.again}
              </Button>
              <ButtonLink size="small" href="#/nodes">
                {strings.flow.back}
              </ButtonLink>
            </>
          }
        />
      )}
      {verified.data && <Offer node={verified.data} />}
    </>
  )
}

function Offer({ node: { info, listed } }: { node: VerifiedNode }) {
  const { network } = useNetwork()
  const { decimals } = network.deployment
  const wallet = useEngineWallet()
  const balances = useBalances(wallet?.address)
  const queries = useQueryClient()
  const [, go] = useLocation()
  const [text, setText] = useState('2')
  const [beginning, setBeginning] = useState(false)
  const deposit = parseMoney(text, decimals)
  const least = BigInt(info.minimumDeposit)
  // Without an account for its fee a node relays nothing: the wallet has to send.
  const relays = !isAddressEqual(listed.payout, zeroAddress)
  const fee = relays ? BigInt(info.relayFee) : 0n
  const fromBalance =
    relays && deposit !== undefined && balances.data !== undefined && balances.data.free >= deposit + fee
  const total = (deposit ?? 0n) + fee
  const amountProblem =
    deposit === undefined || deposit === 0n
      ? t.depositBad
      : deposit < least
        ? t.depositLow(money(least, decimals))
        : undefined
  const available = fromBalance ? balances.data?.free : balances.data?.token
  const tooLittle = available !== undefined && available < total

  async function begin() {
    if (!wallet || deposit === undefined || beginning) return
    setBeginning(true)
    const connection: Connection = {
      stream: createStream(network, { user: wallet.address, node: listed.node }),
      node: knownOf(listed),
      deposit: String(deposit),
      relayFee: String(fee),
      keys: await createWireguardKeys(),
      payBy: !relays ? 'transaction' : fromBalance ? 'balance' : 'authorization',
      createdAt: Date.now(),
      device: 'this',
    }
    await connections.write(connection)
    await queries.invalidateQueries({ queryKey: ['connections'] })
    go(`/open/${connection.stream.stream}`)
  }

  return (
    <div className="columns">
      <div className="stack">
        {info.simulated && <Notice tone="warn">{t.simulated}</Notice>}
        <div className="field">
          <label className="field__label" htmlFor="deposit">
            {t.deposit} (USDC)
          </label>
          <input
            id="deposit"
            inputMode="decimal"
            autoComplete="off"
            value={text}
            onChange={({ target }) => setText(target.value)}
            aria-describedby="deposit-note"
            aria-invalid={amountProblem !== undefined}
          />
          <p id="deposit-note" className="small soft">
            {amountProblem ?? t.depositNote(bytes(bytesForAmount(deposit ?? 0n, listed.pricePerGiB)))}
          </p>
        </div>
        {!wallet && <WalletButton kind="primary" size="large" label={t.wallet} />}
        {wallet && (
          <>
            {wallet.chainId !== undefined && wallet.chainId !== network.chainId && (
              <Problem
                problem={{ code: 'WALLET_WRONG_CHAIN', message: '' }}
                charged={strings.charged.nothing}
                actions={<SwitchChain />}
              />
            )}
            {tooLittle && (
              <Problem
                problem={{
                  code: 'BALANCE_TOO_LOW',
                  message: '',
                  details: `${money(available, decimals)} of ${money(total, decimals)} USDC`,
                }}
                charged={strings.charged.nothing}
              />
            )}
            <Button
              kind="primary"
              size="large"
              disabled={amountProblem !== undefined || tooLittle || beginning}
              onClick={begin}
            >
              {t.sign}
            </Button>
            <p className="small soft">{relays ? t.signNote : t.signNoteTransaction}</p>
          </>
        )}
        <p className="small soft">{t.sees}</p>
      </div>
      <Receipt
        title={t.summary}
        rows={[
          { label: t.node, value: <span title={listed.node}>{short(listed.node)}</span> },
          { label: t.country, value: country(listed.country) ?? strings.nodes.somewhere },
          { label: t.price, value: `${money(listed.pricePerGiB, decimals)} / GiB` },
          { label: t.deposit, value: deposit === undefined ? '–' : money(deposit, decimals) },
          { label: t.fee, value: money(fee, decimals) },
          { label: t.ahead, value: money(DEFAULT_MONEY_CAP, decimals) },
          {
            label: fromBalance ? t.totalBalance : t.total,
            value: deposit === undefined ? '–' : money(total, decimals),
            total: true,
          },
        ]}
      />
    </div>
  )
}

/** Read from the chain, as before every spend. */
function useBalances(address: Address | undefined) {
  const { network, client } = useNetwork()
  return useQuery({
    queryKey: ['balances', address],
    enabled: address !== undefined,
    queryFn: async () => {
      const user = address ?? zeroAddress
      const [token, free] = await Promise.all([
        readTokenBalance(client, network.deployment, user),
        readFreeBalance(client, network.deployment, user),
      ])
      return { token, free }
    },
    refetchInterval: 15_000,
  })
}
