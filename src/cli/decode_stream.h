/* decode_stream.h: payloads as a venue sent them to events as JSON lines: the work of
 * `plimsoll decode`. */
#ifndef PLI_CLI_DECODE_STREAM_H
#define PLI_CLI_DECODE_STREAM_H

#include "cli/command.h"
#include "plimsoll/slice.h"
#include "plimsoll/sys/venue.h"

/* pli_decode_form: AUTO: a payload a line when each of two or more lines begins like a JSON
 * document, else all of it is one payload. */
typedef enum pli_decode_form {
	PLI_DECODE_AUTO,
	PLI_DECODE_WHOLE,
	PLI_DECODE_LINES,
} pli_decode_form;

/* pli_decode_job: file: name for messages. channel "" : no hint. account "": none was named; the
 * events then belong to the account "default". All borrowed. */
typedef struct pli_decode_job {
	const plm_venue_desc *desc;
	const char *file;
	const char *channel;
	const char *account;
	pli_decode_form form;
} pli_decode_job;

/* pli_decode_input prints the events of input to cli->out and words to cli->err. Nothing of a
 * payload is printed unless all of it was good. Returns a pli_exit: OK; BAD_INPUT when a payload
 * was broken; OTHER_KIND when payloads of other kinds were all there was. */
int pli_decode_input(pli_cli *cli, const pli_decode_job *job, plm_slice input);

#endif
