// Writes JSON log lines at `LOG_LEVEL` (default: WARN), as the managed runtime does with `LogFormat: JSON`.
//
// - "Log and monitor Node.js Lambda functions", https://docs.aws.amazon.com/lambda/latest/dg/nodejs-logging.html

const LEVELS = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'];
const warns = LEVELS.indexOf(process.env.LOG_LEVEL ?? 'WARN') <= LEVELS.indexOf('WARN');

/** Writes one line at WARN. */
export function warn(message, fields) {
  if (warns) {
    console.warn(
      JSON.stringify({ timestamp: new Date().toISOString(), level: 'WARN', message, ...fields }),
    );
  }
}
