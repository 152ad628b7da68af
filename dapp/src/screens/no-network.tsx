// Before a network is chosen: none is built in, or a link offers one that a person has to agree to.
import { EngineError, type Network } from '@x4pn/client'
import { useState } from 'react'
import { Button } from '../design/button.tsx'
import { Notice } from '../design/notice.tsx'
import { networkOfLink } from '../network/link.ts'
import { strings } from '../strings.ts'

const t = strings.network

export function NoNetwork({ onNetwork }: { onNetwork: (network: Network) => void }) {
  const [text, setText] = useState('')
  const [bad, setBad] = useState(false)
  function take() {
    try {
      const network = networkOfLink(text.slice(Math.max(text.indexOf('#'), 0)).trim())
      if (!network) throw new EngineError('NETWORK_INVALID')
      onNetwork(network)
    } catch {
      setBad(true)
    }
  }
  return (
    <div className="stack stack--fill">
      <h1>{t.noneTitle}</h1>
      <p className="soft">{t.none}</p>
      <div className="field">
        <label className="field__label" htmlFor="network-link">
          {t.paste}
        </label>
        <textarea id="network-link" value={text} onChange={({ target }) => setText(target.value)} />
      </div>
      <div className="row">
        <Button kind="primary" onClick={take}>
          {t.use}
        </Button>
      </div>
      {bad && <Notice tone="bad">{t.badLink}</Notice>}
    </div>
  )
}

type OfferProps = { offered: Network; onAccept: () => void; onRefuse: () => void }

export function OfferedNetwork({ offered, onAccept, onRefuse }: OfferProps) {
  return (
    <Notice
      tone="warn"
      title={t.offeredTitle}
      actions={
        <>
          <Button kind="primary" size="small" onClick={onRefuse}>
            {t.refuse}
          </Button>
          <Button size="small" onClick={onAccept}>
            {t.accept}
          </Button>
        </>
      }
    >
      <p>{t.offered(offered.chainId, offered.deployment.sessions)}</p>
    </Notice>
  )
}
