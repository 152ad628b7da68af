// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {PriceFeeds} from "./abstracts/PriceFeeds.sol";
import {IUniswapV3Factory, IUniswapV3Pool, IUniswapV3SwapCallback} from "./interfaces/IUniswapV3.sol";
import {IWrappedNative} from "./interfaces/IWrappedNative.sol";
import {IX4PNDepositRouter} from "./interfaces/IX4PNDepositRouter.sol";
import {IX4PNVpnSessions} from "./interfaces/IX4PNVpnSessions.sol";

/// @title Swaps what a user has to USDC and credits it to a free balance, in one transaction.
/// @notice See `IX4PNDepositRouter`. It stands outside the core: it has no power there, and settling and closing need
/// neither it nor a price.
/// @dev It swaps in the pools themselves. Uniswap's own routers differ from chain to chain (BSC has only the second one,
/// whose calls are others), and a pool is paid exactly what it asks for, so no allowance is ever given but to the
/// sessions contract, and that one is used up at once.
contract X4PNDepositRouter is PriceFeeds, ReentrancyGuardTransient, IUniswapV3SwapCallback {
    using SafeERC20 for IERC20;
    using SafeCast for uint256;

    /// @dev The last prices inside a pool's range: as far as a swap can go. What keeps a swap from going there is the
    /// minimum output.
    uint160 private constant LOWEST_PRICE = 4_295_128_740;
    uint160 private constant HIGHEST_PRICE = 1_461_446_703_485_210_103_287_273_052_203_988_822_378_723_970_341;

    /// @inheritdoc IX4PNDepositRouter
    address public immutable SESSIONS;
    /// @inheritdoc IX4PNDepositRouter
    address public immutable WRAPPED;
    /// @inheritdoc IX4PNDepositRouter
    address public immutable FACTORY;

    /// @dev The pool of the swap under way, zero outside of one; and what goes into it.
    address private transient _pool;
    address private transient _tokenIn;

    /// @param sessions Where the deposits go; its token is what is swapped to.
    /// @param wrapped The wrapped native coin.
    /// @param factory Uniswap v3's factory.
    /// @param authority The AccessManager that says who sets feeds.
    constructor(address sessions, address wrapped, address factory, address authority)
        PriceFeeds(authority, IX4PNVpnSessions(sessions).TOKEN())
    {
        if (wrapped.code.length == 0 || wrapped == TOKEN) revert Router_BadAddress(wrapped);
        if (factory.code.length == 0) revert Router_BadAddress(factory);
        SESSIONS = sessions;
        WRAPPED = wrapped;
        FACTORY = factory;
    }

    /// @dev What the wrapped coin gives back when a refund is unwrapped.
    receive() external payable {
        if (msg.sender != WRAPPED) revert Router_NotWrapped(msg.sender);
    }

    /// @inheritdoc IX4PNDepositRouter
    function depositNative(address user, uint24 poolFee, uint256 minOut, uint256 deadline)
        external
        payable
        nonReentrant
        returns (uint256 amountOut)
    {
        _check(user, WRAPPED, msg.value, deadline);
        IWrappedNative(WRAPPED).deposit{value: msg.value}();
        uint256 spent;
        (spent, amountOut) = _swapAndCredit(user, WRAPPED, msg.value, poolFee, minOut);
        uint256 rest = msg.value - spent;
        if (rest == 0) return amountOut;
        IWrappedNative(WRAPPED).withdraw(rest);
        (bool taken,) = msg.sender.call{value: rest}("");
        if (!taken) revert Router_RefundFailed(msg.sender, rest);
    }

    /// @inheritdoc IX4PNDepositRouter
    function depositToken(
        address user,
        address tokenIn,
        uint256 amountIn,
        uint24 poolFee,
        uint256 minOut,
        uint256 deadline
    ) external nonReentrant returns (uint256 amountOut) {
        _check(user, tokenIn, amountIn, deadline);
        uint256 before = IERC20(tokenIn).balanceOf(address(this));
        IERC20(tokenIn).safeTransferFrom(msg.sender, address(this), amountIn);
        uint256 received = IERC20(tokenIn).balanceOf(address(this)) - before;
        if (received != amountIn) revert Router_TokenTakesFee(tokenIn, amountIn, received);
        uint256 spent;
        (spent, amountOut) = _swapAndCredit(user, tokenIn, amountIn, poolFee, minOut);
        if (spent != amountIn) IERC20(tokenIn).safeTransfer(msg.sender, amountIn - spent);
    }

    /// @inheritdoc IUniswapV3SwapCallback
    function uniswapV3SwapCallback(int256 amount0Delta, int256 amount1Delta, bytes calldata) external {
        if (msg.sender != _pool) revert Router_NotPool(msg.sender);
        uint256 due = uint256(amount0Delta > 0 ? amount0Delta : amount1Delta);
        IERC20(_tokenIn).safeTransfer(msg.sender, due);
    }

    function _swapAndCredit(address user, address tokenIn, uint256 amountIn, uint24 poolFee, uint256 minOut)
        private
        returns (uint256 spent, uint256 amountOut)
    {
        uint256 before = IERC20(TOKEN).balanceOf(address(this));
        spent = _swap(tokenIn, amountIn, poolFee);
        // What arrived, not what the pool says that it sent.
        amountOut = IERC20(TOKEN).balanceOf(address(this)) - before;
        // The feeds judge what was spent: a pool that runs out of USDC leaves the rest, and that goes back.
        uint256 minimum = Math.max(minOut, minimumOutput(tokenIn, spent));
        if (amountOut < minimum) revert Router_OutputTooLow(amountOut, minimum);

        emit Routed(user, msg.sender, tokenIn, spent, amountOut);
        IERC20(TOKEN).forceApprove(SESSIONS, amountOut);
        IX4PNVpnSessions(SESSIONS).depositFor(user, amountOut);
    }

    /// @dev Swaps up to `amountIn`. The pool asks for payment in `uniswapV3SwapCallback`.
    function _swap(address tokenIn, uint256 amountIn, uint24 poolFee) private returns (uint256 spent) {
        address pool = IUniswapV3Factory(FACTORY).getPool(tokenIn, TOKEN, poolFee);
        if (pool == address(0)) revert Router_NoPool(tokenIn, poolFee);
        _pool = pool;
        _tokenIn = tokenIn;
        bool zeroForOne = tokenIn < TOKEN;
        (int256 amount0, int256 amount1) = IUniswapV3Pool(pool)
            .swap(address(this), zeroForOne, amountIn.toInt256(), zeroForOne ? LOWEST_PRICE : HIGHEST_PRICE, "");
        _pool = address(0);
        spent = uint256(zeroForOne ? amount0 : amount1);
    }

    function _check(address user, address tokenIn, uint256 amount, uint256 deadline) private view {
        if (block.timestamp > deadline) revert Router_Expired(deadline);
        if (amount == 0) revert Router_ZeroAmount();
        _checkTaken(tokenIn);
        // The sessions contract refuses zero and itself; this one could never take its balance out.
        if (user == address(this)) revert Router_BadAddress(user);
    }
}
