/* surface_json.h: implied volatilities by expiry as a JSON document.
 *
 * The one encoder of it: `plimsoll report --surface --json` and `GET /v1/surface` print through it.
 * What is not known is null, with the reason beside it. docs/reference/openapi.yaml describes each
 * field. Reads settled state; computes nothing but ages. */
#ifndef PLI_API_SURFACE_JSON_H
#define PLI_API_SURFACE_JSON_H

#include "api/exposure_json.h"
#include "exposure/exposure_surface.h"

/* Rows of a document; those behind them are left out, and how many is said. Faults of one row. */
enum { PLI_SURFACE_ROWS_MAX = 512, PLI_SURFACE_FAULTS_MAX = 32 };

/* pli_surface_query_check: a surface is of a venue's options, not of an account's. Errors:
 * PLM_EPARSE (query names an account, a portfolio or a strategy), with a sentence. */
plm_err pli_surface_query_check(const plm_exposure_query *query, plm_fault *ret_fault);

/* pli_surface_put_document writes {"as_of_ns", "as_of", "sequence", "extrapolation", "rows": [...],
 * "rows_left_out"}. source: its scratch is not used. Cost: pli_exposure_surface, and once more each
 * row with faults; 200 KB of stack. */
void pli_surface_put_document(
    pli_json_writer *w, const pli_exposure_source *source, const plm_exposure_query *query);

#endif
