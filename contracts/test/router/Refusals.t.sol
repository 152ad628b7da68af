// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {MockV3Aggregator} from "@chainlink/contracts/src/v0.8/shared/mocks/MockV3Aggregator.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {IX4PNDepositRouter} from "../../src/interfaces/IX4PNDepositRouter.sol";
import {IUniswapV3Factory, IUniswapV3SwapCallback} from "../../src/interfaces/IUniswapV3.sol";
import {IX4PNVpnSessions} from "../../src/interfaces/IX4PNVpnSessions.sol";
import {CallingBack} from "../mocks/CallingBack.sol";
import {CallbackToken, FalseToken, FeeOnTransferToken, PlainToken} from "../mocks/OddTokens.sol";
import {RouterTest} from "../utils/RouterTest.sol";

/// @title Whatever the router refuses, it refuses whole: the payer has what they had.
contract RouterRefusalsTest is RouterTest {
    function test_Pitfall18_aSandwichedDepositRevertsThoughThePayerAskedForNoMinimum() public {
        uint256 fair = router.minimumOutput(address(weth), 1 ether);
        uint256 bought = _trade(address(weth), address(token), 2000 ether);
        vm.expectPartialRevert(IX4PNDepositRouter.Router_OutputTooLow.selector);
        this.depositNative(1 ether, 0);
        assertEq(sessions.balanceOf(user), 0);
        // With the price back where it was, the same deposit goes through.
        _trade(address(token), address(weth), bought);
        assertGe(_depositNative(1 ether, 0), fair);
    }

    function test_Pitfall18_aSandwichWithinThePayersOwnMinimumIsHeldToTheFeeds() public {
        _trade(address(lower), address(token), 100e8);
        uint256 minimum = router.minimumOutput(address(lower), 1e6);
        // The payer would take half.
        vm.expectPartialRevert(IX4PNDepositRouter.Router_OutputTooLow.selector);
        this.depositToken(address(lower), 1e6, minimum / 2);
    }

    function testFuzz_Pitfall18_whateverIsDoneToThePoolTheUserIsCreditedTheFeedsMinimumOrNothingMoves(
        uint256 moved,
        bool up,
        uint256 amount
    ) public {
        amount = bound(amount, 1e4, 1e8);
        if (up) _trade(address(token), address(lower), bound(moved, 1e6, DEPTH));
        else _trade(address(lower), address(token), bound(moved, 1e4, 800e8));
        uint256 minimum = router.minimumOutput(address(lower), amount);
        lower.mint(payer, amount);
        vm.startPrank(payer);
        lower.approve(address(router), amount);
        try router.depositToken(user, address(lower), amount, POOL_FEE, 0, _now()) returns (uint256 amountOut) {
            assertGe(amountOut, minimum);
            assertEq(sessions.balanceOf(user), amountOut);
        } catch (bytes memory reason) {
            assertEq(bytes4(reason), IX4PNDepositRouter.Router_OutputTooLow.selector);
            assertEq(lower.balanceOf(payer), amount);
            assertEq(sessions.balanceOf(user), 0);
        }
        _assertKeepsNothing(address(lower));
    }

    function test_Pitfall18_aTokenThatSaysNoInsteadOfRevertingIsNotBelieved() public {
        FalseToken liar = new FalseToken();
        _setFeed(address(liar), usdcFeed, 1e8);
        liar.mint(address(router), 100e6);
        vm.expectRevert(abi.encodeWithSelector(SafeERC20.SafeERC20FailedOperation.selector, address(liar)));
        this.depositToken(address(liar), 1e6, 0);
    }

    function test_Pitfall14_revertsWhen_theTokenTakesAFee() public {
        FeeOnTransferToken taxed = new FeeOnTransferToken();
        _setFeed(address(taxed), usdcFeed, 1e8);
        vm.expectRevert(
            abi.encodeWithSelector(IX4PNDepositRouter.Router_TokenTakesFee.selector, address(taxed), 1e6, 1e6 - 1)
        );
        this.depositToken(address(taxed), 1e6, 0);
    }

    function test_Pitfall09_aTokenThatCallsBackIsRefused() public {
        CallbackToken hostile = new CallbackToken();
        _setFeed(address(hostile), usdcFeed, 1e8);
        _createPool(address(hostile), 1_000e6, 1_000e6, POOL_FEE, FULL_RANGE);
        hostile.mint(payer, 2e6);
        vm.prank(payer);
        hostile.approve(address(router), 2e6);
        bytes memory again =
            abi.encodeCall(router.depositToken, (trader, address(hostile), 1e6, POOL_FEE, 0, type(uint256).max));
        hostile.callBack(address(router), again);
        vm.prank(payer);
        router.depositToken(user, address(hostile), 1e6, POOL_FEE, 0, _now());
        assertEq(
            hostile.failure(), abi.encodeWithSelector(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector)
        );
        assertEq(sessions.balanceOf(trader), 0);
        _assertKeepsNothing(address(hostile));
    }

    function test_Pitfall09_aPayerWhoCallsBackOnTheRefundIsRefused() public {
        _useThinPool(address(weth), 1 ether, ETH_PRICE * 1e6);
        CallingBack caller = new CallingBack();
        vm.deal(address(caller), 10 ether);
        bytes memory call_ = abi.encodeCall(router.depositNative, (user, POOL_FEE, 0, _now()));
        vm.expectPartialRevert(IX4PNDepositRouter.Router_RefundFailed.selector);
        caller.pay(address(router), 10 ether, abi.encodeCall(router.depositNative, (user, poolFee, 0, _now())), call_);
        assertEq(sessions.balanceOf(user), 0);
    }

    function test_Pitfall16_whileInflowsArePausedNothingIsLost() public {
        vm.prank(guardian);
        sessions.pauseInflows();
        bytes memory paused =
            abi.encodeWithSelector(IX4PNVpnSessions.Sessions_InflowsPaused.selector, _now() + sessions.PAUSE_LENGTH());
        vm.deal(payer, 1 ether);
        vm.prank(payer);
        vm.expectRevert(paused);
        router.depositNative{value: 1 ether}(user, POOL_FEE, 0, _now());
        assertEq(payer.balance, 1 ether);
        vm.expectRevert(paused);
        this.depositToken(address(lower), 1e8, 0);
        _assertKeepsNothing(address(lower));
    }

    function test_revertsWhen_thereIsNoFeed() public {
        PlainToken unknown = new PlainToken(8);
        _createPool(address(unknown), 1e8, GOLD_PRICE * 1e6, POOL_FEE, FULL_RANGE);
        vm.expectRevert(abi.encodeWithSelector(IX4PNDepositRouter.Router_UnsupportedToken.selector, address(unknown)));
        this.depositToken(address(unknown), 1e6, 0);
    }

    function test_revertsWhen_usdcHasNoFeed() public {
        vm.prank(admin);
        router.removeFeed(address(token));
        vm.expectRevert(abi.encodeWithSelector(IX4PNDepositRouter.Router_UnsupportedToken.selector, address(token)));
        this.depositNative(1 ether, 0);
    }

    function test_revertsWhen_theTokenIsUsdcItself() public {
        bytes memory unsupported =
            abi.encodeWithSelector(IX4PNDepositRouter.Router_UnsupportedToken.selector, address(token));
        vm.expectRevert(unsupported);
        this.depositToken(address(token), 1e6, 0);
        vm.expectRevert(unsupported);
        router.minimumOutput(address(token), 1e6);
    }

    function test_aTokenThatIsNotTakenIsNotEvenCalled() public {
        address bomb = makeAddr("any code");
        vm.expectCall(bomb, "", 0);
        vm.expectRevert(abi.encodeWithSelector(IX4PNDepositRouter.Router_UnsupportedToken.selector, bomb));
        router.depositToken(user, bomb, 1, POOL_FEE, 0, _now());
    }

    function test_revertsWhen_thereIsNoSuchPool() public {
        poolFee = 10_000;
        vm.expectRevert(abi.encodeWithSelector(IX4PNDepositRouter.Router_NoPool.selector, address(weth), 10_000));
        this.depositNative(1 ether, 0);
    }

    function test_revertsWhen_thePoolIsEmpty() public {
        poolFee = THIN_POOL_FEE;
        (address first, address second) =
            address(weth) < address(token) ? (address(weth), address(token)) : (address(token), address(weth));
        positions.createAndInitializePoolIfNecessary(first, second, THIN_POOL_FEE, 1 << 96);
        vm.expectRevert(IX4PNVpnSessions.Sessions_ZeroAmount.selector);
        this.depositNative(1 ether, 0);
    }

    function test_revertsWhen_theDeadlineHasPassed() public {
        uint256 deadline = _now() - 1;
        bytes memory expired = abi.encodeWithSelector(IX4PNDepositRouter.Router_Expired.selector, deadline);
        vm.deal(address(this), 1);
        vm.expectRevert(expired);
        router.depositNative{value: 1}(user, POOL_FEE, 0, deadline);
        vm.expectRevert(expired);
        router.depositToken(user, address(lower), 1, POOL_FEE, 0, deadline);
    }

    function test_revertsWhen_theAmountIsZero() public {
        vm.expectRevert(IX4PNDepositRouter.Router_ZeroAmount.selector);
        this.depositNative(0, 0);
        vm.expectRevert(IX4PNDepositRouter.Router_ZeroAmount.selector);
        this.depositToken(address(lower), 0, 0);
    }

    function test_revertsWhen_theUserIsNobodyWhoCouldWithdraw() public {
        address[3] memory nobodies = [address(router), address(sessions), address(0)];
        bytes4[3] memory errors = [
            IX4PNDepositRouter.Router_BadAddress.selector,
            IX4PNVpnSessions.Sessions_BadAddress.selector,
            IX4PNVpnSessions.Sessions_BadAddress.selector
        ];
        for (uint256 i; i < nobodies.length; ++i) {
            user = nobodies[i];
            vm.expectRevert(abi.encodeWithSelector(errors[i], user));
            this.depositNative(1 ether, 0);
        }
    }

    function test_revertsWhen_aStrangerAsksForPayment() public {
        _mint(address(lower), address(router), 1e8);
        vm.expectRevert(abi.encodeWithSelector(IX4PNDepositRouter.Router_NotPool.selector, address(this)));
        IUniswapV3SwapCallback(address(router)).uniswapV3SwapCallback(1e8, 1e8, "");
        // Nor does the very pool of a swap get anything once that is over, in the same transaction.
        _depositToken(address(lower), 1e6, 0);
        address pool = IUniswapV3Factory(factory).getPool(address(lower), address(token), POOL_FEE);
        vm.prank(pool);
        vm.expectRevert(abi.encodeWithSelector(IX4PNDepositRouter.Router_NotPool.selector, pool));
        IUniswapV3SwapCallback(address(router)).uniswapV3SwapCallback(1e8, 1e8, "");
    }

    function test_revertsWhen_coinsAreSentWithoutADeposit() public {
        vm.deal(payer, 1 ether);
        vm.prank(payer);
        (bool taken, bytes memory reason) = address(router).call{value: 1 ether}("");
        assertFalse(taken);
        assertEq(reason, abi.encodeWithSelector(IX4PNDepositRouter.Router_NotWrapped.selector, payer));
    }

    /// @dev So that a revert can be expected around several calls.
    function depositNative(uint256 amount, uint256 minOut) external {
        _depositNative(amount, minOut);
    }

    function depositToken(address tokenIn, uint256 amount, uint256 minOut) external {
        _depositToken(tokenIn, amount, minOut);
    }
}
