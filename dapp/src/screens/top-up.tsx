import { useMutation } from '@tanstack/react-query'
import { topUp } from '@x4pn/client'
import { useState } from 'react'
import { Button } from '../design/button.tsx'
import { Dialog } from '../design/dialog.tsx'
import { Problem } from '../design/problem.tsx'
import { money, parseMoney } from '../format.ts'
import { useNetwork } from '../network/context.tsx'
import { problemOf } from '../problem.ts'
import { command } from '../session/sessions.ts'
import { strings } from '../strings.ts'
import type { Connection } from '../vault/connections.ts'
import { useEngineWallet } from '../wallet/use-engine-wallet.ts'
import { WalletButton } from '../wallet/wallet-button.tsx'

const t = strings.session

export function TopUp({ connection }: { connection: Connection }) {
  const { network, client } = useNetwork()
  const { decimals } = network.deployment
  const wallet = useEngineWallet()
  const [open, setOpen] = useState(false)
  const [text, setText] = useState('1')
  const amount = parseMoney(text, decimals)
  const { stream } = connection
  const add = useMutation({
    mutationFn: async (units: bigint) => {
      if (!wallet) return
      await topUp({ client, wallet: await wallet.wallet(), deployment: network.deployment }, stream, units)
    },
    onSuccess: () => {
      command(stream.stream, { type: 'readDeposit' })
      setOpen(false)
    },
  })
  return (
    <>
      <Button onClick={() => setOpen(true)}>{t.topUp}</Button>
      {open && (
        <Dialog title={t.topUpTitle} onClose={() => setOpen(false)}>
          <div className="dialog__choices">
            <div className="field">
              <label className="field__label" htmlFor="top-up">
                USDC
              </label>
              <input id="top-up" inputMode="decimal" value={text} onChange={({ target }) => setText(target.value)} />
            </div>
            <p className="small soft">{t.topUpNote}</p>
            {add.error && <Problem problem={problemOf(add.error)} />}
            {wallet ? (
              <Button
                kind="primary"
                disabled={!amount || add.isPending}
                onClick={() => amount !== undefined && add.mutate(amount)}
              >
                {add.isPending ? t.toppingUp : t.topUpDo(amount === undefined ? '–' : money(amount, decimals))}
              </Button>
            ) : (
              <WalletButton kind="primary" />
            )}
          </div>
          <form method="dialog">
            <Button type="submit" kind="quiet" size="small">
              {strings.wallet.close}
            </Button>
          </form>
        </Dialog>
      )}
    </>
  )
}
