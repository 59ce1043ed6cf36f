/* sim_reader.h: readers of the API in the seeded world: a stream that is followed, and questions.
 *
 * Each answer must be well-formed, and the sequence of a stream must not go back. One client of the
 * net; it connects again when it is cut. */
#ifndef PLI_SIM_SIM_READER_H
#define PLI_SIM_SIM_READER_H

#include "sim/seeded_net.h"

typedef struct pli_sim_reader pli_sim_reader;

/* client: its number in the net; port: of the API. NULL: no memory. destroy takes NULL. */
pli_sim_reader *pli_sim_reader_create(
    pli_seeded_net *net, uint32_t client, uint16_t port, plm_time_ns now_ns);
void pli_sim_reader_destroy(pli_sim_reader *reader);

/* pli_sim_reader_work: reads what came, asks what is due. Returns "" or what is wrong. */
const char *pli_sim_reader_work(pli_sim_reader *reader, plm_time_ns now_ns);

/* pli_sim_reader_next: when it has something to do though nothing arrives. */
plm_time_ns pli_sim_reader_next(const pli_sim_reader *reader);

/* pli_sim_reader_messages: how many messages and answers were read. */
uint64_t pli_sim_reader_messages(const pli_sim_reader *reader);

#endif
