/* pricing_bench.cpp: `plimsoll bench pricing` with QuantLib as the peer. The only place that links
 * it.
 *
 * usage: pricing_bench pricing [--json] [--kernel NAME] [--rounds N] */
#include <vector>

#include <ql/pricingengines/blackcalculator.hpp>
#include <ql/pricingengines/blackformula.hpp>
#include <ql/version.hpp>

extern "C" {
#include "cli/bench_pricing.h"
}

namespace
{

/* A user of QuantLib keeps the payoffs; the calculator is made anew for each price. */
std::vector<QuantLib::ext::shared_ptr<QuantLib::PlainVanillaPayoff>> payoffs;

QuantLib::Option::Type
type_of(const plm_options *options, size_t at)
{
	return options->put[at] != 0 ? QuantLib::Option::Put : QuantLib::Option::Call;
}

void
quantlib_prepare(const plm_options *options, size_t count)
{
	payoffs.clear();
	for (size_t i = 0; i < count; i++)
		payoffs.push_back(QuantLib::ext::make_shared<QuantLib::PlainVanillaPayoff>(
		    type_of(options, i), options->strike[i]));
}

void
quantlib_general(const plm_options *options, const plm_greeks *greeks, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		double years = options->years[i], forward = options->forward[i];
		QuantLib::BlackCalculator black(
		    payoffs[i], forward, options->vol[i] * std::sqrt(years));
		greeks->price[i] = black.value();
		greeks->delta[i] = black.deltaForward();
		greeks->gamma[i] = black.gammaForward();
		greeks->vega[i] = black.vega(years);
		greeks->theta[i] = black.theta(forward, years);
	}
}

void
quantlib_implied(const plm_options *options, const double *price, double *ret_vol, size_t count)
{
	for (size_t i = 0; i < count; i++)
		try {
			ret_vol[i] = QuantLib::blackFormulaImpliedStdDevLiRS(type_of(options, i),
					 options->strike[i], options->forward[i], price[i], 1, 0,
					 QuantLib::Null<double>(), 1, 1e-12, 100) /
				     std::sqrt(options->years[i]);
		} catch (const std::exception &) {
			ret_vol[i] = NAN;
		}
}

void
quantlib_price(const plm_options *options, double *ret_price, size_t count)
{
	for (size_t i = 0; i < count; i++)
		ret_price[i] = QuantLib::blackFormula(type_of(options, i), options->strike[i],
		    options->forward[i], options->vol[i] * std::sqrt(options->years[i]));
}

const pli_bench_peer quantlib = {"QuantLib " QL_VERSION " BlackCalculator",
    "QuantLib " QL_VERSION " blackFormulaImpliedStdDevLiRS 1e-12",
    "QuantLib " QL_VERSION " blackFormula", quantlib_prepare, quantlib_general, quantlib_implied,
    quantlib_price};

} // namespace

int
main(int argc, char **argv)
{
	std::vector<char *> arguments = {argv[0], const_cast<char *>("bench")};
	arguments.insert(arguments.end(), argv + 1, argv + argc);
	arguments.push_back(nullptr);
	pli_cli cli;
	pli_cli_init(&cli, stdout, stderr);
	pli_bench_peer_set(&quantlib);
	return pli_cli_run(&cli, argc + 1, arguments.data());
}
