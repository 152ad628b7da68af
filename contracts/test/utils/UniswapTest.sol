// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {WETH9} from "@chainlink/contracts/src/v0.8/vendor/canonical-weth/WETH9.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SessionsTest} from "./SessionsTest.sol";

struct MintParams {
    address token0;
    address token1;
    uint24 fee;
    int24 tickLower;
    int24 tickUpper;
    uint256 amount0Desired;
    uint256 amount1Desired;
    uint256 amount0Min;
    uint256 amount1Min;
    address recipient;
    uint256 deadline;
}

struct ExactInputSingleParams {
    address tokenIn;
    address tokenOut;
    uint24 fee;
    address recipient;
    uint256 deadline;
    uint256 amountIn;
    uint256 amountOutMinimum;
    uint160 sqrtPriceLimitX96;
}

interface IPositionManager {
    function createAndInitializePoolIfNecessary(address token0, address token1, uint24 fee, uint160 sqrtPriceX96)
        external
        returns (address pool);
    function mint(MintParams calldata params) external returns (uint256, uint128, uint256, uint256);
}

interface ISwapRouter {
    function exactInputSingle(ExactInputSingleParams calldata params) external returns (uint256 amountOut);
}

interface IPoolState {
    function slot0() external view returns (uint160, int24, uint16, uint16, uint16, uint8, bool);
}

interface IMintable {
    function mint(address to, uint256 amount) external;
}

/// @title A real Uniswap v3, as its authors compiled it: factory, pools with liquidity, position manager, swap router.
abstract contract UniswapTest is SessionsTest {
    uint24 internal constant POOL_FEE = 3000;
    uint24 internal constant THIN_POOL_FEE = 500;
    /// @dev The widest range of a pool with the first fee.
    int24 internal constant FULL_RANGE = 887_220;
    uint256 internal constant ETH_PRICE = 2500;
    /// @dev In USDC, of each side of a pool.
    uint256 internal constant DEPTH = 50_000_000e6;

    address internal factory;
    IPositionManager internal positions;
    ISwapRouter internal swapRouter;
    WETH9 internal weth;
    address internal trader = makeAddr("trader");

    function setUp() public virtual override {
        super.setUp();
        weth = new WETH9();
        factory = vm.deployCode(_artifact("v3-core", "UniswapV3Factory"));
        bytes memory known = abi.encode(factory, address(weth));
        positions = IPositionManager(
            vm.deployCode(_artifact("v3-periphery", "NonfungiblePositionManager"), abi.encodePacked(known, uint256(0)))
        );
        swapRouter = ISwapRouter(vm.deployCode(_artifact("v3-periphery", "SwapRouter"), known));
        _createPool(address(weth), DEPTH / ETH_PRICE * 1e12, DEPTH, POOL_FEE, FULL_RANGE);
    }

    /// @dev Where a package keeps a contract's artifact.
    function _artifact(string memory package, string memory name) private pure returns (string memory) {
        return string.concat("node_modules/@uniswap/", package, "/artifacts/contracts/", name, ".sol/", name, ".json");
    }

    /// @dev A pool of `tokenIn` and USDC, priced by the amounts put in, within `range` ticks of that price.
    function _createPool(address tokenIn, uint256 amountIn, uint256 amountUsdc, uint24 poolFee, int24 range)
        internal
        returns (address pool)
    {
        _mint(tokenIn, address(this), amountIn);
        _mint(address(token), address(this), amountUsdc);
        IERC20(tokenIn).approve(address(positions), amountIn);
        token.approve(address(positions), amountUsdc);
        MintParams memory params;
        bool first = tokenIn < address(token);
        (params.token0, params.token1) = first ? (tokenIn, address(token)) : (address(token), tokenIn);
        (params.amount0Desired, params.amount1Desired) = first ? (amountIn, amountUsdc) : (amountUsdc, amountIn);
        params.fee = poolFee;
        params.recipient = address(this);
        params.deadline = _now();
        uint160 price = uint160(Math.sqrt(Math.mulDiv(params.amount1Desired, 1 << 192, params.amount0Desired)));
        pool = positions.createAndInitializePoolIfNecessary(params.token0, params.token1, poolFee, price);
        int24 tick = range == FULL_RANGE ? int24(0) : _tickOf(pool) / 60 * 60;
        (params.tickLower, params.tickUpper) = (tick - range, tick + range);
        positions.mint(params);
    }

    function _tickOf(address pool) private view returns (int24 tick) {
        (, tick,,,,,) = IPoolState(pool).slot0();
    }

    function _mint(address erc20, address to, uint256 amount) internal {
        if (erc20 != address(weth)) return IMintable(erc20).mint(to, amount);
        vm.deal(address(this), amount);
        weth.deposit{value: amount}();
        assertTrue(weth.transfer(to, amount));
    }

    /// @dev A swap by somebody else, by way of Uniswap's own router.
    function _trade(address from, address to, uint256 amount) internal returns (uint256) {
        _mint(from, trader, amount);
        ExactInputSingleParams memory params;
        (params.tokenIn, params.tokenOut, params.fee, params.amountIn) = (from, to, POOL_FEE, amount);
        (params.recipient, params.deadline) = (trader, _now());
        vm.startPrank(trader);
        IERC20(from).approve(address(swapRouter), amount);
        uint256 amountOut = swapRouter.exactInputSingle(params);
        vm.stopPrank();
        return amountOut;
    }
}
