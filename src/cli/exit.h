/* exit.h: how `plimsoll` ends. Below 64 the command has an answer; from 64 on the numbers are those
 * of sysexits.h, so that a fault of usage or system never looks like an answer. */
#ifndef PLI_CLI_EXIT_H
#define PLI_CLI_EXIT_H

/* PLI_EXITS: name, number, text. docs/reference/exit-codes.md lists each row. */
#define PLI_EXITS(X)                                                                               \
	X(OK, 0, "done")                                                                           \
	X(BAD_INPUT, 2, "the input is broken or holds an impossible value; the place is named")    \
	X(OTHER_KIND, 3, "the input is well-formed but of another kind, or nothing was found")     \
	X(LIE, 4, "a simulated run, or a case, found something that is not true; it is named")     \
	X(USAGE, 64, "the command line is wrong")                                                  \
	X(NO_INPUT, 66, "a file to read is not there or may not be read")                          \
	X(UNAVAILABLE, 69, "the daemon or venue that was asked does not answer")                   \
	X(SOFTWARE, 70, "a fault of this program")                                                 \
	X(SYSTEM, 71, "the system refused: memory, socket or address")                             \
	X(CANNOT_CREATE, 73, "a file to write could not be made")                                  \
	X(IO, 74, "reading or writing went wrong half-way")                                        \
	X(REFUSED, 77, "refused by policy: a key that can trade, an address that is not loopback") \
	X(CONFIG, 78, "the configuration is wrong; the place is named")

#define X(name, number, text) PLI_EXIT_##name = number,
typedef enum pli_exit { PLI_EXITS(X) } pli_exit;
#undef X

#endif
