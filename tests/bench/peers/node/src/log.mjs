// JSON lines at `LOG_LEVEL`, WARN unless set, as the managed runtime writes them with `LogFormat: JSON`.
//
// - "Log and monitor Node.js Lambda functions", https://docs.aws.amazon.com/lambda/latest/dg/nodejs-logging.html

const LEVELS = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'];
const warns = LEVELS.indexOf(process.env.LOG_LEVEL ?? 'WARN') <= LEVELS.indexOf('WARN');

/** One line, at WARN. */
export function warn(message, fields) {
  if (warns) {
    console.warn(
      JSON.stringify({ timestamp: new Date().toISOString(), level: 'WARN', message, ...fields }),
    );
  }
}
