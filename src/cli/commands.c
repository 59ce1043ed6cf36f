/* commands.c: the table of commands, sorted by name. docs/reference/cli.md has each of them. */
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"

static const pli_command commands[] = {
    {"bench", "time the pricing kernels, beside libm and QuantLib",
	"plimsoll bench pricing [--rounds N] [--kernel NAME] [--no-peer] [--json]\n\n"
	"Prices, chains, vols and scenario grids on options drawn from a seed: the median of N "
	"rounds in\n"
	"CPU time of one thread, each beside libm and QuantLib at the same work, with the largest "
	"errors\n"
	"of the same run. QuantLib is not part of this program: bench/pricing_bench has it, which "
	"`make\n"
	"bench` builds where libquantlib0-dev is installed, and which is run where it is found "
	"beside this\n"
	"program or in build-bench. Else the peer is null, with the reason.\n\n"
	"  --rounds   1 to 1001; 31 otherwise. A grid takes fewer where a round takes over 0.1 s\n"
	"  --kernel   scalar, avx2 or avx512; else the widest that is here\n"
	"  --no-peer  without QuantLib\n"
	"  --json     one JSON document",
	pli_command_bench},
    {"capture", "write down what venues say, without keys, tokens and names",
	"plimsoll capture --config FILE [--seconds N] CAPTURE\n\n"
	"Watches the accounts of a configuration and writes each message and answer of their "
	"venues to a new\n"
	"file, a line each, which `report --capture` reads. Requests are not written. Tokens, "
	"listen "
	"keys,\n"
	"names and addresses of people are overwritten with \"*\", as is every key, secret and "
	"passphrase of\n"
	"the configuration wherever it shows. A payload that is no JSON is left out. Positions, "
	"balances\n"
	"and account numbers stay: they are what a capture is for. Ends with Ctrl-C.\n\n"
	"  --config   the accounts, as for `run`; books in files are not captured\n"
	"  --seconds  ends by itself after so long",
	pli_command_capture},
    {"config", "check a configuration file, or show it with its manual",
	"plimsoll config check [FILE]\n"
	"       plimsoll config show FILE|--defaults [--json]\n\n"
	"  check       read the file (plimsoll.yaml) and name every fault with line and column,\n"
	"              and each key_file that is not there, not closed to others, or lacks a "
	"line;\n"
	"              environment variables are not looked at\n"
	"  show        print what the file means, defaults filled in, secrets left out\n"
	"  --defaults  print every key with its help and default: the manual, and a file to start "
	"from\n"
	"  --json      one JSON document instead of YAML",
	pli_command_config},
    {"decode", "print what a venue's payload means, as events",
	"plimsoll decode VENUE [--channel NAME] [--account NAME] [FILE|-]\n\n"
	"Reads one payload, or one a line (.jsonl), as the venue sent it, and prints its events as "
	"JSON\n"
	"lines. Nothing of a payload is printed unless all of it is good.\n\n"
	"  --channel   where the payload came from, when it does not say so itself:\n"
	"              \"user.portfolio\", \"fapi/v3/account\"\n"
	"  --account   whose payload it is; \"default\" otherwise\n\n"
	"Exit: 0 events, 2 broken or impossible (the place is named), 3 no event: of another\n"
	"kind, or nothing is held.",
	pli_command_decode},
    {"feeds", "show how far each feed of the running daemon can be trusted",
	"plimsoll feeds [--api HOST:PORT] [--json]\n\n"
	"  --api    where the daemon listens; else PLIMSOLL_API, else 127.0.0.1:8470\n"
	"  --json   the daemon's document of /v1/feeds",
	pli_command_feeds},
    {"help", "say what a command does and takes",
	"plimsoll help [--all] [COMMAND]\n\n"
	"Without a command: the list of commands. --all prints the help of every command.",
	pli_command_help},
    {"inspect", "show bounds, error codes, event types and kernels of this build",
	"plimsoll inspect limits|memory|errors|events|exits|kernels|pricing [--json]\n\n"
	"  limits   the bound of every queue, map and name, and sizes of records\n"
	"  memory   the memory taken at start, measured now\n"
	"  errors   the errors that the outside can cause\n"
	"  events   the types of event, with their numbers in journals\n"
	"  exits    how plimsoll ends\n"
	"  kernels  the pricing kernels, which of them run here, and which one is used\n"
	"  pricing  how exact prices and vols are, measured now on options drawn from a seed\n"
	"  --json   one JSON document instead of a table",
	pli_command_inspect},
    {"ladder", "say which margin pool is liquidated first, and at what price",
	"plimsoll ladder --config FILE | --capture FILE [--joint beta|single] [--legs]\n"
	"                [--vol-response P] [--funding] [--json]\n"
	"plimsoll ladder --config FILE | --capture FILE --cascade ASSET=MOVE [--json]\n\n"
	"Each margin pool that has positions: equity and maintenance margin by the venue's rule, "
	"how\n"
	"far that is off the venue's own number, and the prices at which the pool is called and\n"
	"liquidated, the nearest liquidation first. A pool that cannot be computed says why.\n\n"
	"  -c, --config  connect to the venues of this configuration, read them once (30 s at "
	"most)\n"
	"  --capture     a file, as for `report`; with --config too: its assets, rates and limits\n"
	"  --joint       what moves. single: the underlying with the pool's largest delta, alone;\n"
	"                beta: all of them, each by its configured beta (log moves)\n"
	"  --vol-response P\n"
	"                volatilities of options on the way: times (price / now)^-P; 0: each\n"
	"                strike keeps its own; 0.5: they rise as the price falls (0)\n"
	"  --funding     numbers and prices behind the next settlement of each perpetual's\n"
	"                funding, at rates and prices of now; without a rate there are none\n"
	"  --legs        below: each position with its break-even, and the prices of its own\n"
	"                underlying, moved alone, at which its pool is liquidated, beside the "
	"venue's\n"
	"  --cascade     who is liquidated as a price walks (BTC=-50%; all=-50%: all by beta), in\n"
	"                which order, and what the book nets to behind each\n"
	"  --json        one JSON document\n\n"
	"CALLED is the venue's own warning, or where it has none maintenance at 80 % of equity. "
	"OFF is\n"
	"our maintenance against the venue's. \"estimate\": the venue's rule is not fully known, "
	"or\n"
	"rates or haircuts are implied: taken from what the venue asks and counts now.\n"
	"Exit: 69 when an account gave no numbers.",
	pli_command_ladder},
    {"limits", "show each limit of the running daemon with its value and band",
	"plimsoll limits [--api HOST:PORT] [--json]\n\n"
	"  --api    where the daemon listens; else PLIMSOLL_API, else 127.0.0.1:8470\n"
	"  --json   the daemon's document of /v1/limits",
	pli_command_limits},
    {"margin", "answer a file of margin cases, with the functions that watch the book",
	"plimsoll margin --cases FILE [--json]\n\n"
	"Reads a JSON array of {id, venue, model, inputs, expected, tolerance}. Each case is made "
	"into a\n"
	"margin pool, whose venue's rule and ladder then say their numbers. Prints which cases "
	"passed and\n"
	"which failed, and how many of each venue; a case without `expected` does neither.\n\n"
	"  --cases  the file; - for standard input\n"
	"  --json   {id, got}, or {id, error}, for each case: JSON lines, nothing compared\n\n"
	"Exit: 4 when a case failed, 2 when the file is not such an array (the place is named).",
	pli_command_margin},
    {"price", "price options, with their sensitivities",
	"plimsoll price [--greeks all] [--venue NAME [--unit COINS]] [--stream-shape SHAPE]\n"
	"               [--kernel NAME] [FILE|-]\n"
	"plimsoll price --implied [--kernel NAME] [FILE|-]\n\n"
	"Reads CSV with the header forward,strike,years,vol,type (in any order; type C or P) and "
	"prints\n"
	"it with the Black-76 price, delta, gamma, vega, theta and rho added, in raw units: per "
	"1.00 "
	"of\n"
	"vol, per year, undiscounted, with 17 significant digits.\n\n"
	"  --greeks   all: vanna, volga and charm too\n"
	"  --venue    in the units and by the rules of a venue: plimsoll (ours: per point, per "
	"day),\n"
	"             deribit, deribit-linear, okx, okx-bs, bybit, binance; nan: it does not state "
	"that.\n"
	"             A sixth column spot is for okx-bs; else the forward stands for it\n"
	"  --unit     coins of a contract, for a price at Binance (1)\n"
	"  --implied  read prices (forward,strike,years,price,type) and add vol and status: ok, or "
	"why\n"
	"             there is no vol (then it is nan): below_intrinsic, at_or_above_maximum,\n"
	"             no_information (the price's last bits do not hold it to 1e-12), bad_input\n"
	"  --kernel   scalar, avx2 or avx512; else the widest that `plimsoll inspect kernels` has "
	"here.\n"
	"             All give the same digits\n"
	"  --stream-shape\n"
	"             rows (else): any options; chain: rows of equal forward and years, among "
	"1024, "
	"are\n"
	"             priced together: faster, and equal but for the last digits (`pricing.h`)\n\n"
	"Exit: 0 all rows, 2 a row that cannot be read (its place is named; rows before it are "
	"printed).",
	pli_command_price},
    {"replay", "run a journal or a capture again and say to which state it leads",
	"plimsoll replay FILE [--hash] [--until SEQUENCE] [--kernel NAME] [--json]\n\n"
	"Every event of the journal goes through the code that ran live. Damage, a missing event "
	"and alerts\n"
	"that would come out differently are errors; a torn tail is not, nor is a gap that the "
	"journal names:\n"
	"the state behind it is in the journal, and how many events are not is said. A capture is "
	"decoded\n"
	"line by line.\n\n"
	"  --hash    print the hash of the state alone: equal events give equal hashes\n"
	"  --until   stop behind this sequence number (of a journal)\n"
	"  --kernel  price options with scalar, avx2 or avx512; the state is the same to the last "
	"bit\n"
	"  --json    one JSON document",
	pli_command_replay},
    {"report", "print exposure once, from a capture or from live venues",
	"plimsoll report --config FILE | --capture FILE [--by LIST] [--tier TIER] [--at TIME]\n"
	"                [--scope SCOPE] [--proof UNDERLYING] [--derivatives-only] [--greeks]\n"
	"                [--surface] [--json]\n\n"
	"  -c, --config   connect to the venues of this configuration, read them once (30 s at "
	"most)\n"
	"  --capture      JSON lines {\"time\", \"venue\", \"account\", \"channel\", \"payload\"}; "
	"- for\n"
	"                 standard input. With --config too: its assets, rates and limits. Each\n"
	"                 payload is read alone: an account of which one says nothing is degraded\n"
	"  --by           comma list of underlying, asset_class, venue, account, strategy, "
	"portfolio,\n"
	"                 expiry, settle, strike (default: underlying)\n"
	"  --tier         netting tier: leg, pool, account, venue, book (default: leg)\n"
	"  --at           the state at this time: 2026-11-22T08:00:00Z, or nanoseconds since 1970\n"
	"  --scope        venue:NAME, account:NAME, portfolio:NAME, strategy:NAME, "
	"underlying:NAME\n"
	"  --proof        the legs behind one underlying's number, which re-add to it\n"
	"  --derivatives-only   without collateral\n"
	"  --greeks       delta, gamma (USD per 1 %), vega (USD per vol point; 30D: x sqrt(30 days "
	"/\n"
	"                 life left)), theta (USD a day); with --proof each option's, the venue's\n"
	"                 beside the model's\n"
	"  --surface      implied volatilities by expiry instead: what each smile is made of, how "
	"old\n"
	"                 that is, and what could be arbitraged in it (--scope venue:, "
	"underlying:)\n"
	"  --json         one JSON document with every digit\n\n"
	"Exit: 69 when an account gave no numbers; stderr says which and why, and what is printed "
	"is\n"
	"without it.",
	pli_command_report},
    {"run", "watch venues: page, API, limits, journal",
	"plimsoll run [--config FILE] [--port PORT] [--seed N] [--crash CRASH]\n\n"
	"Without a configuration: the demo, on simulated Deribit and Binance venues that trade by "
	"a\n"
	"seed, and a file. Runs until interrupted.\n\n"
	"  -c, --config   the configuration; `plimsoll config show --defaults` is its manual\n"
	"  --port         serve on this port instead of the configured one; 0: any free one\n"
	"  --seed         seed of the demo's market (default: 1)\n"
	"  --crash CRASH  the demo's price of a coin walks past the margin call of one account:\n"
	"                 COIN[:PCT[:SECONDS[:AFTER]]], as `plimsoll help sim` has it",
	pli_command_run},
    {"sim", "serve simulated venues on loopback, as the real ones speak",
	"plimsoll sim [--seed N] [--deribit-port P] [--binance-port P] [--okx-port P]\n"
	"             [--hyperliquid-port P] [--bybit-port P] [--bitmex-port P]\n"
	"             [--dydx-port P] [--hyperliquid-dexes] [--binance-markets]\n"
	"             [--binance-copies N]\n"
	"             [--faults LIST] [--crash CRASH] [--speed X] [--json]\n\n"
	"Speaks the venues' own protocols over HTTP and WebSocket until interrupted, and prints "
	"the\n"
	"seed, the addresses, the demo keys and the accounts of a configuration first.\n\n"
	"  --seed N          the same seed gives the same market and trades; without: a fresh one\n"
	"  --deribit-port P  8471; 0 picks one\n"
	"  --binance-port P  8472; 0 picks one\n"
	"  --okx-port P      OKX too, in a world of its own for each seed; without: it is not "
	"there\n"
	"  --hyperliquid-port P  likewise, read by the addresses that are printed\n"
	"  --bybit-port P    likewise\n"
	"  --bitmex-port P   likewise\n"
	"  --dydx-port P     likewise, read by the addresses that are printed\n"
	"  --hyperliquid-dexes  with --hyperliquid-port: a builder's dex too, and an account\n"
	"                    that trades at both\n"
	"  --binance-markets  Binance's COIN-M, spot, margin, portfolio margin and options, at\n"
	"                    Binance's port. A key opens each market that its trader has:\n"
	"                    that of binance-main also coinm-main, spot-main, margin-main and\n"
	"                    options-main, that of binance-hedge also coinm-hedge\n"
	"  --binance-copies N  N more keys of Binance USD-M: those of its accounts that\n"
	"                    read, in turn, with -1 to -N behind key and secret; 0 to 1024\n"
	"  --faults LIST     faults to make now and then, by seed, or \"all\": drop, stall, gap,\n"
	"                    duplicate, reorder, garbage, slow, listenkey, listenkey-silent, 429, "
	"418,\n"
	"                    partial, empty, torn, maintenance, no-greeks\n"
	"  --crash CRASH     COIN[:PCT[:SECONDS[:AFTER]]]: the coin's price walks by PCT (-18) in\n"
	"                    SECONDS (60), AFTER (20) s from the start: past the margin call of\n"
	"                    the account binance-levered, which is long where it falls and short\n"
	"                    where it rises. Calls and liquidations are printed as they come\n"
	"  --speed X         market time over wall time, 1; fundings and sessions come sooner too\n"
	"  --json            the addresses and keys as one JSON line\n\n"
	"GET /sim/truth is the simulator's own state; POST /sim/fault?name=NAME makes a fault at "
	"once;\n"
	"POST /sim/pause and /sim/resume freeze prices and trades.",
	pli_command_sim},
    {"simulate", "run the whole program in a simulated world that breaks",
	"plimsoll simulate [--seed N] [--seeds COUNT] [--jobs J] [--hours H] [--minutes M]\n"
	"                  [--world LIST] [--faults LIST] [--venues LIST] [--notes]\n"
	"                  [--trace FROM..TO] [--kernel NAME] [--json]\n"
	"plimsoll simulate --scene FILE [--seeds COUNT] [--jobs J] [--hours H] [--minutes M]\n"
	"                  [--notes] [--trace FROM..TO] [--json]\n\n"
	"Engine, adapters, book, limits, journal and API in one thread, on a clock, a network, a "
	"disk "
	"and\n"
	"venues that are made from the seed. After every step it is checked that what is shown is "
	"true.\n"
	"The first lie ends the run and is printed with seed, commit, step and time.\n\n"
	"  --seed N       the same seed gives the same run, to the last bit; without: a fresh one\n"
	"  --seeds COUNT  so many seeds, from N on; ends at the first lie\n"
	"  --jobs J       J seeds at a time, each in a process of its own (1); told in their "
	"order\n"
	"  --hours H      simulated time; with --minutes: both together (default: 5 minutes)\n"
	"  --minutes M\n"
	"  --world LIST   venues that there are, Deribit and Binance in any case: okx, "
	"hyperliquid,\n"
	"                 bybit, bitmex, dydx, binance-markets (COIN-M, spot, margin,\n"
	"                 portfolio margin), binance-options, okx-multi (OKX with an account in\n"
	"                 multi-currency mode), okx-pm (with one margined by portfolio),\n"
	"                 hyperliquid-dexes (with a builder's dex), or \"all\"; another list is\n"
	"                 another world for the same seed. \"drawn\": none to three of these, by\n"
	"                 the seed\n"
	"  --faults LIST  which faults may happen: names, \"all\" or \"none\"; without: the seed "
	"chooses.\n"
	"                 docs/reference/faults.md has them: net-cut, net-stall, venue-gap, "
	"disk-full, ...\n"
	"  --venues LIST  which the program watches: venues or accounts; without: all\n"
	"  --scene FILE   a run that is written down, with what must be true in it; each of that "
	"is\n"
	"                 printed with its figure; docs/reference/scenes.md has the lines\n"
	"  --notes        print each fault, start and change of a feed as it happens\n"
	"  --trace FROM..TO  print all that the program sends and gets in those steps, and the "
	"events\n"
	"                 of its core\n"
	"  --kernel NAME  price options with scalar, avx2 or avx512; the run is the same\n"
	"  --json         one JSON line a seed\n\n"
	"Exit: 0 nothing found, 4 a lie, or an expectation that does not hold.",
	pli_command_simulate},
    {"top", "watch the running daemon's book in the terminal",
	"plimsoll top [--api HOST:PORT] [--by LIST] [--greeks] [--margin]\n"
	"             [--once [--open all] [--size WxH]]\n\n"
	"  --api    where the daemon listens; else PLIMSOLL_API, else 127.0.0.1:8470\n"
	"  --by     what rows are grouped by, outermost first: underlying,venue,account\n"
	"  --greeks gamma, vega and theta in place of long, short and gross\n"
	"  --margin margin pools in place of rows, the nearest liquidation first\n"
	"  --once   print one frame and end; for scripts\n"
	"  --open   all: with --once, every row opened\n"
	"  --size   with --once, 80x24 unless said otherwise\n\n"
	"Keys: arrows move and open, g next grouping, v greeks, m margin pools, / filter, ? help,\n"
	"q quit.",
	pli_command_top},
    {"transits", "show coins that left an account and have not reached another",
	"plimsoll transits [--api HOST:PORT] [--all] [--json]\n\n"
	"Movements that are under way, that nobody can explain, or of which something is in "
	"doubt, in\n"
	"coins. FROM, TO: \"?\" where no account is known. SINCE: how long ago they left, or "
	"came.\n\n"
	"  --api    where the daemon listens; else PLIMSOLL_API, else 127.0.0.1:8470\n"
	"  --all    those that are over, too\n"
	"  --json   the daemon's document of /v1/transits: all of them",
	pli_command_transits},
    {"venues", "list venues: what each can do, its bounds, all that is sent there",
	"plimsoll venues [--json] [VENUE]\n\n"
	"Without a venue: a line for each. With one: its hosts, its bounds, the request that says "
	"what a\n"
	"key may do, the date on which these facts were last held against the venue's own pages, "
	"and\n"
	"everything that this program may ever send there: all of it reads. \"-\" is not stated, "
	"or none.\n\n"
	"  can        spot, linear, inverse, options, hedge (long and short legs), isolated, "
	"combos,\n"
	"             by-address (an account is read by its address, without a key)\n"
	"  weight     what the venue grants its REST interface per address; 60 % of it is used\n"
	"  silence    a stream that says nothing for so long counts as dead\n"
	"  --json     all facts of the venues, or of the one, as one JSON document",
	pli_command_venues},
    {"version", "print the version and what it was built with", "plimsoll version [--json]",
	pli_command_version},
    {"whatif", "say what trades, transfers and moves would do to each margin pool",
	"plimsoll whatif --config FILE | --capture FILE [--trade TRADE]... [--transfer "
	"TRANSFER]...\n"
	"                [--move MOVE]... [--joint beta|single] [--all] [--json]\n\n"
	"Each margin pool that would change, before and after: equity and maintenance margin, the "
	"way\n"
	"to its call and its liquidation, and its rank: who dies first. Then the book's net and "
	"gross\n"
	"by underlying. All of it is supposed together: trades and transfers at the prices of now, "
	"then\n"
	"the moves. Nothing is sent anywhere, and nothing is changed.\n\n"
	"  -c, --config  connect to the venues of this configuration, read them once (30 s at "
	"most)\n"
	"  --capture     a file, as for `report`; with --config too: its assets, rates and limits\n"
	"  --trade       \"ACCOUNT SYMBOL QUANTITY\" or \"ACCOUNT SYMBOL QUANTITY@PRICE\": above 0 "
	"buys,\n"
	"                below 0 sells, counted as the contract's positions are; SYMBOL is the "
	"venue's\n"
	"                or the unified one; without a price at the mark\n"
	"  --transfer    \"ASSET QUANTITY FROM TO\", accounts; - is outside of the book\n"
	"  --move        \"BTC=-10%\"; volatilities of options stay\n"
	"  --joint       what the ladders move, as for `ladder`\n"
	"  --all         pools and underlyings that do not change, too\n"
	"  --json        one JSON document, that of POST /v1/whatif\n\n"
	"Exit: 64 when there is no such account, contract or asset; 69 when an account gave no "
	"numbers.",
	pli_command_whatif},
};

enum { COMMANDS_COUNT = sizeof commands / sizeof commands[0] };

const pli_command *
pli_command_at(uint32_t index)
{
	return index < COMMANDS_COUNT ? &commands[index] : NULL;
}

static int
commands_compare(const void *name, const void *row)
{
	return strcmp(name, ((const pli_command *)row)->name);
}

const pli_command *
pli_command_find(const char *name)
{
	return bsearch(name, commands, COMMANDS_COUNT, sizeof commands[0], commands_compare);
}
