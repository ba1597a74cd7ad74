// Trying every rejected confirmation again: first what would happen, then a reason, then what became of each.

/** How many packages one request may name. */
const RETRY_MAX = 100;

/** @param {{onClose: () => void, onDone: () => Promise<void>}} props */
function RetryDialog({ onClose, onDone }) {
  const [preview, setPreview] = useState(null);
  const [failed, setFailed] = useState(null);
  const [results, setResults] = useState(null);
  const [isBusy, setIsBusy] = useState(false);
  const isLate = useLate(!preview && !failed);
  const look = async () => {
    setFailed(null);
    try {
      setPreview((await read("/retries")).body);
    } catch (error) {
      setFailed(error);
    }
  };
  useEffect(() => {
    look();
  }, []);

  return html`<${Dialog} title="Retry all rejected" onClose=${onClose} isBusy=${isBusy}>
    ${!preview && !failed && html`<p role="status">${isLate ? "Looking what would be tried again…" : ""}</p>`}
    ${failed && html`<${Notice} tone="bad" isAlert><p>${failed.message}</p><//>
      <button type="button" onClick=${look}>Try again</button>`}
    ${preview && !results && html`<${RetryForm} preview=${preview} isBusy=${isBusy} setIsBusy=${setIsBusy}
      onResults=${(all) => { setResults(all); onDone(); }} onClose=${onClose} />`}
    ${results && html`<${RetryResults} results=${results} />`}
    ${(results || !preview) && html`<div class="buttons"><button type="button" onClick=${onClose}>Close</button></div>`}
  <//>`;
}

/**
 * Posts the packages a hundred at a time. What was done before a failure is told with it.
 * @param {object[]} packages
 * @param {string} reason
 * @param {(done: number) => void} onProgress
 */
async function retryInChunks(packages, reason, onProgress) {
  const results = [];
  for (let from = 0; from < packages.length; from += RETRY_MAX) {
    const chunk = packages.slice(from, from + RETRY_MAX).map(({ partner_id, order_id, package_id }) =>
      ({ partner_id, order_id, package_id }));
    try {
      const { body } = await ask("POST", "/retries", { body: { packages: chunk, reason } });
      results.push(...body.results);
    } catch (error) {
      return { results, error, left: packages.slice(from) };
    }
    onProgress(results.length);
  }
  return { results, error: null, left: [] };
}

/**
 * What would be tried again and what is left out, and the button that does it.
 * @param {{preview: object, isBusy: boolean, setIsBusy: Function, onResults: (results: object[]) => void, onClose: () => void}} props
 */
function RetryForm({ preview, isBusy, setIsBusy, onResults, onClose }) {
  const [reason, setReason] = useState("");
  const [problem, setProblem] = useState(null);
  const [rest, setRest] = useState(preview.retry);
  const [done, setDone] = useState([]);
  const [progress, setProgress] = useState(0);
  const form = useFocusOnProblem(problem);
  const submit = async (event) => {
    event.preventDefault();
    if (isBusy) return;
    if (!reason.trim()) {
      setProblem({ field: "reason", message: "Say why, in a few words." });
      return;
    }
    setIsBusy(true);
    setProgress(0);
    const { results, error, left: remaining } = await retryInChunks(rest, reason.trim(), setProgress);
    setIsBusy(false);
    const all = [...done, ...results];
    if (!error) {
      announce(`${counted(all.filter((one) => one.is_retried).length, "package")} tried again.`);
      onResults(all);
      return;
    }
    setDone(all);
    setRest(remaining);
    setProblem({ field: error.field === "reason" ? "reason" : null, message:
      `${error.status === 0 ? doubtful().message : error.message} ${counted(all.length, "package")} done, ${remaining.length} not.` });
  };
  if (preview.retry.length === 0) {
    return html`<p>There is nothing to try again: no package is rejected.</p>
      <${LeftOut} all=${preview.left_out} />
      <div class="buttons"><button type="button" onClick=${onClose}>Close</button></div>`;
  }
  return html`<form ref=${form} onSubmit=${submit} novalidate>
    <h3>${counted(rest.length, "package")} will be tried again</h3>
    <ul class="plain scroll" tabindex="0" aria-label="Packages that will be tried again">
      ${rest.map((one) => html`<li key=${refKey(one)}><strong>${one.order_id}</strong>, ${one.partner_id}, package ${one.package_id}
        ${one.tracking_number && html`, <span class="number">${one.tracking_number}</span>`}
        <br /><span class="muted">${one.code}: ${one.message}</span></li>`)}
    </ul>
    ${!preview.is_complete && html`<p>The 1,000 that wait longest were looked at. There may be more after these.</p>`}
    <${LeftOut} all=${preview.left_out} />
    <${Notice} tone="warn"><p><strong>${preview.warning}</strong></p><//>
    <${FormProblem} problem=${problem} fields=${["reason"]} />
    <${ReasonField} reason=${reason} onText=${setReason} wrong=${problem?.field === "reason" ? problem.message : null} />
    <div class="buttons">
      <button type="submit" class="primary grave" aria-disabled=${isBusy}>
        ${isBusy ? `${progress} of ${rest.length} done…` : `Retry ${counted(rest.length, "package")}`}</button>
      <button type="button" onClick=${onClose} disabled=${isBusy}>Cancel</button>
    </div>
  </form>`;
}

/** @param {{partner_id: string, order_id: string, package_id: string}} one */
function refKey(one) {
  return `${one.partner_id}/${one.order_id}/${one.package_id}`;
}

/** @param {{all: object[]}} props */
function LeftOut({ all }) {
  if (all.length === 0) return null;
  return html`<h3>${counted(all.length, "package")} left out</h3>
    <ul class="plain scroll" tabindex="0" aria-label="Packages left out">
      ${all.map((one) => html`<li key=${refKey(one)}><${Badge} state=${one.state} /> <strong>${one.order_id}</strong>,
        ${" "}${one.partner_id}, package ${one.package_id}<br /><span class="muted">${one.why}</span></li>`)}
    </ul>`;
}

/** @param {{results: object[]}} props */
function RetryResults({ results }) {
  const retried = results.filter((one) => one.is_retried);
  const others = results.filter((one) => !one.is_retried);
  return html`<${Notice} tone="good" isAlert><p>${counted(retried.length, "package")} tried again${others.length > 0 ? `, ${others.length} not` : ""}.</p><//>
    ${others.length > 0 && html`<h3>Not tried again</h3><ul class="plain scroll" tabindex="0" aria-label="Packages not tried again">
      ${others.map((one) => html`<li key=${refKey(one)}>${one.state && html`<${Badge} state=${one.state} /> `}<strong>${one.order_id}</strong>,
        ${" "}${one.partner_id}, package ${one.package_id}<br /><span class="muted">${one.why_not}</span></li>`)}
    </ul>`}`;
}
