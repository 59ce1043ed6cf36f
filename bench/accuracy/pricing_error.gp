# pricing_error.gp: the largest errors by moneyness and time, as `pricing_accuracy --map` prints them.
# usage: gnuplot -e "map='FILE'; out='FOLDER'" pricing_error.gp
set terminal pngcairo size 900,560 font 'sans,11'
set xlabel 'strike, in standard deviations above the forward'
set ylabel 'years to expiry'
set logscale y
set yrange [1.0/525600:10]
set xrange [-8:8]
set logscale cb
set format cb '%.0e'
set format y '%.0e'
set palette defined (0 '#f7fbff', 1 '#9ecae1', 2 '#3182bd', 3 '#08306b')
set pm3d map corners2color max
set tics out
unset key

set title 'Largest error of a price over the larger of forward and strike, out of the money, vols 0.1 to 2'
set output out.'/pricing-error-price.png'
set cbrange [1e-19:1e-15]
splot map using 1:2:($3 > 1e-19 ? $3 : 1e-19)

set title 'Largest error of a delta, out of the money, vols 0.1 to 2'
set output out.'/pricing-error-delta.png'
set cbrange [1e-18:1e-14]
splot map using 1:2:($4 > 1e-18 ? $4 : 1e-18)

set title 'Largest error of a vol found from its price, out of the money, vols 0.1 to 2'
set output out.'/pricing-error-vol.png'
set cbrange [1e-16:1e-14]
splot map using 1:2:($5 > 1e-16 ? $5 : 1e-16)
