// The tunnel's configuration for any stock WireGuard app: as a code, as a file, as text.

import { type SessionRecord, wireguardConfig } from '@x4pn/client'
import { useState } from 'react'
import { Button, ButtonLink } from '../design/button.tsx'
import { Qr } from '../design/qr.tsx'
import { Segmented } from '../design/segmented.tsx'
import { useDevice } from '../session/use-device.ts'
import { strings } from '../strings.ts'
import type { Connection } from '../vault/connections.ts'
import { fileName } from './file-name.ts'

const t = strings.config

export function Configuration({ connection, session }: { connection: Connection; session: SessionRecord }) {
  const [copied, setCopied] = useState(false)
  const text = wireguardConfig(session.tunnel)
  const { stream } = session

  const setDevice = useDevice(connection)

  return (
    <div className="stack">
      <h2>{t.title}</h2>
      <p>{t.lead}</p>
      <Qr text={text} label={t.qrLabel} />
      <div className="row">
        <ButtonLink
          kind="primary"
          download={fileName(stream, connection.node.country)}
          href={`data:application/octet-stream,${encodeURIComponent(text)}`}
        >
          {t.download}
        </ButtonLink>
        <Button
          onClick={async () => {
            await navigator.clipboard.writeText(text)
            setCopied(true)
          }}
        >
          {copied ? t.copied : t.copy}
        </Button>
      </div>
      <details>
        <summary>{t.show}</summary>
        <pre className="config" data-testid="config">
          {text}
        </pre>
      </details>
      <p className="small soft">{t.secret}</p>
      <Segmented
        legend={t.where}
        value={connection.device}
        options={[
          { value: 'this', label: t.here },
          { value: 'other', label: t.other },
        ]}
        onChange={setDevice}
      />
      {connection.device === 'other' && <p className="small soft">{t.otherNote}</p>}
    </div>
  )
}
